//! What the terminal can do, and how errors are said on it.

use std::io::{IsTerminal, Write};

use crate::args::When;

/// True when output to `stream` should be coloured.
pub fn colours(when: When, is_terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
    match when {
        When::Always => true,
        When::Never => false,
        When::Auto if set("NO_COLOR") => false,
        When::Auto if set("CLICOLOR_FORCE") || set("FORCE_COLOR") => true,
        When::Auto => is_terminal && std::env::var_os("TERM").is_none_or(|term| term != "dumb"),
    }
}

/// Says on standard error what is wrong with the command line or the configuration.
pub fn complain(message: &str) {
    say("error", "1;31", message);
}

/// Says on standard error what looks like a mistake and stops nothing.
pub fn warn(message: &str) {
    say("warning", "1;33", message);
}

/// Says on standard error what a person may want to know.
pub fn note(message: &str) {
    // Nothing is left to be done when standard error is closed.
    let _ = writeln!(std::io::stderr(), "{message}");
}

fn say(word: &str, colour: &str, message: &str) {
    let coloured = colours(When::Auto, std::io::stderr().is_terminal());
    let head = if coloured { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() };
    note(&format!("{head}: {message}"));
}

/// True when output should be coloured and standard output is where it goes.
pub fn colours_out(when: When) -> bool {
    colours(when, std::io::stdout().is_terminal())
}

/// True when the terminal shows links (OSC 8): those that are known to, and only a terminal.
pub fn hyperlinks() -> bool {
    let var = |name: &str| std::env::var(name).unwrap_or_default();
    let known = ["WezTerm", "iTerm.app", "vscode", "ghostty", "Hyper"];
    let vte = var("VTE_VERSION").parse::<u32>().is_ok_and(|version| version >= 5000);
    std::io::stdout().is_terminal()
        && var("CI").is_empty()
        && (vte
            || known.contains(&var("TERM_PROGRAM").as_str())
            || ["xterm-kitty", "foot", "alacritty"].contains(&var("TERM").as_str())
            || std::env::var_os("WT_SESSION").is_some())
}

/// Columns of the terminal, as `COLUMNS` says them or as the terminal does.
pub fn width() -> usize {
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    said.unwrap_or_else(|| {
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0).min(120))
    })
}

/// True when the locale can show line drawing.
pub fn unicode() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    // Windows says nothing and can; elsewhere a locale that names another charset cannot.
    set.is_none_or(|value| {
        let value = value.to_ascii_lowercase();
        value.contains("utf-8") || value.contains("utf8")
    })
}

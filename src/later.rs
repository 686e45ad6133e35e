//! Flags of a command that are defined when the command is what was typed, or when help, completions
//! or the man page ask for all: defining those of every command takes longer than a small build.

use std::ops::Deref;

use clap::{ArgMatches, Args, Command, Error, FromArgMatches, Id};

/// The arguments of a command, defined late.
#[derive(Debug)]
pub struct Later<T>(pub Box<T>);

impl<T> Deref for Later<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(|args| Self(Box::new(args)))
    }

    fn from_arg_matches_mut(matches: &mut ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches_mut(matches).map(|args| Self(Box::new(args)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for Later<T> {
    fn group_id() -> Option<Id> {
        T::group_id()
    }

    fn augment_args(command: Command) -> Command {
        command.defer(define::<T>)
    }

    fn augment_args_for_update(command: Command) -> Command {
        T::augment_args_for_update(command)
    }
}

/// Defines the arguments. What the command says of itself stands where it is named, so what is said
/// of the arguments' type does not take its place.
fn define<T: Args>(command: Command) -> Command {
    let (about, long) = (command.get_about().cloned(), command.get_long_about().cloned());
    let command = T::augment_args(command);
    let command = match about {
        Some(about) => command.about(about),
        None => command,
    };
    match long {
        Some(long) => command.long_about(long),
        None => command.long_about(None),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::args::Cli;

    #[test]
    fn a_command_says_of_itself_what_stands_where_it_is_named() {
        let mut program = Cli::command();
        let about = |program: &clap::Command| {
            let commands = program.get_subcommands();
            commands.map(|command| format!("{:?}", command.get_about())).collect::<Vec<_>>()
        };
        let before = about(&program);
        program.build();
        assert_eq!(before, about(&program)[..before.len()]);
        let render = program.find_subcommand("render").expect("a command");
        assert!(render.get_arguments().any(|argument| argument.get_id() == "origins"));
    }
}

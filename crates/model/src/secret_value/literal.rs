//! What a value under a key that names a credential is: the credential itself, or something that
//! only stands there (a path, an address, a flag, a name of another object, a part of a program).

use super::key::KeyName;
use crate::unknown::{Known, is_upper_name, known};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Literal {
    /// No credential.
    No,
    /// Filled in later, or a reference that something resolves.
    Unknown,
    /// Meant to be replaced.
    Placeholder,
    /// It looks random.
    Random,
    /// A word that a person chose.
    Chosen,
}

/// Longer values are files, or blobs that nobody types.
const LONGEST: usize = 4096;

/// Judges the value of a key that names a credential.
pub(super) fn judge(name: KeyName, value: &str) -> Literal {
    let value = unquoted(value.trim());
    if value.is_empty() || value.len() > LONGEST || value.contains('\n') {
        return Literal::No;
    }
    match known(value) {
        Known::Literal => {}
        Known::Placeholder => return Literal::Placeholder,
        Known::Substitution | Known::Template => return Literal::Unknown,
    }
    if is_dummy(value) {
        return Literal::Placeholder;
    }
    if is_reference(value) {
        return Literal::Unknown;
    }
    let other = is_setting(value)
        || value.contains(char::is_whitespace)
        || is_public(value)
        || is_structured(value)
        || is_code(value)
        || is_plain_number(name, value)
        || is_address(value);
    if other || is_constant(value) {
        return Literal::No;
    }
    match name {
        KeyName::Password if looks_random(value) => Literal::Random,
        KeyName::Password if value.len() < 3 || is_name_of_secret(value) => Literal::No,
        KeyName::Password => Literal::Chosen,
        _ if is_object_name(value) => Literal::No,
        _ if looks_random(value) => Literal::Random,
        KeyName::Token if value.len() >= 6 && is_made(value) => Literal::Chosen,
        KeyName::Loose if value.len() >= 12 && says_secret(value) => Literal::Chosen,
        KeyName::Token | KeyName::Loose => Literal::No,
    }
}

/// A value without the quotes around it.
pub(super) fn unquoted(value: &str) -> &str {
    for quote in ['"', '\'', '`'] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner;
        }
    }
    value
}

/// True for a value that was plainly meant to be replaced, or that nobody would use.
pub(super) fn is_dummy(value: &str) -> bool {
    if value.len() > 200 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let filler = |byte: u8| b"x*.-_#?0 ".contains(&byte);
    if lower.bytes().all(filler) {
        return true;
    }
    let starts = [
        "your",
        "insert_",
        "insert-",
        "update_",
        "replace",
        "change",
        "put_",
        "put-",
        "enter_",
        "enter-",
        "add_",
        "example",
        "sample",
        "dummy",
        "fake",
        "placeholder",
        "redacted",
        "masked",
        "todo",
        "fixme",
        "not-a-",
        "not_a_",
        "notasecret",
        "xxx",
        "some-",
        "some_",
        "set_me",
    ];
    let ends = ["_val", "_value", "-here", "_here", "_goes_here", "..."];
    let holds = [
        "changeme",
        "change-me",
        "change_me",
        "replaceme",
        "replace-me",
        "replace_me",
        "placeholder",
        "example",
        "your-",
        "your_",
        "yourpass",
        "yoursecret",
        "redacted",
        "xxxx",
        "****",
        "to-be-",
        "<",
        "notreal",
        "not-real",
    ];
    let mine = lower.strip_prefix("my").map(|rest| rest.trim_start_matches(['-', '_', '.']));
    let mine = mine.is_some_and(|rest| {
        ["password", "passwd", "secret", "token", "key", "apikey", "api-key", "pass", "username"]
            .iter()
            .any(|word| rest.strip_prefix(word).is_some_and(|rest| rest.len() < 3))
    });
    mine || starts.iter().any(|start| lower.starts_with(start))
        || ends.iter().any(|end| lower.ends_with(end))
        || holds.iter().any(|part| lower.contains(part))
}

/// True for what something resolves at run time: `$name`, `vault:…`, `secretref:…`, an ARN.
pub(super) fn is_reference(value: &str) -> bool {
    let after_dollar = value.strip_prefix('$').and_then(|rest| rest.bytes().next());
    let variable = after_dollar
        .is_some_and(|byte| byte.is_ascii_alphabetic() || b"_{(".contains(&byte))
        && value.matches('$').count() == 1;
    let starts = [
        "vault:",
        "secret:",
        "secretref:",
        "secretRef:",
        "pullsecret:",
        "env:",
        "ext:",
        "file:",
        "arn:",
        "k8s:",
        "gcp:",
        "aws:",
        "azure:",
        "keyvault:",
        "ssm:",
        "projects/",
        "secret/",
        "env.",
        "process.env",
        "os.environ",
        "@Microsoft.KeyVault",
        "!vault",
        "data:",
        "ENC(",
        "AgA",
        "exec:",
        "cmd:",
        "ref:",
    ];
    let sealed = |start: &str| start != "AgA" || value.len() > 300;
    variable
        || value.contains("${")
        || value.contains("$(")
        || value.contains("{{")
        || starts.iter().any(|start| value.starts_with(start) && sealed(start))
}

/// Certificates and public keys.
pub(super) fn is_public(text: &str) -> bool {
    let certificate = text.contains("-----BEGIN CERTIFICATE-----")
        || text.contains("-----BEGIN PUBLIC KEY-----")
        || text.contains("-----BEGIN TRUSTED CERTIFICATE-----")
        || text.contains("-----BEGIN X509 CRL-----")
        || text.contains("-----BEGIN DH PARAMETERS-----");
    certificate && !text.contains("PRIVATE KEY")
        || ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "age1"]
            .iter()
            .any(|start| text.starts_with(start))
}

/// JSON, lists, several `key=value`: the parts are to be judged, not the whole.
pub(super) fn is_structured(value: &str) -> bool {
    value.starts_with(['{', '[', '<'])
        || value.matches('=').count() > 2 && value.contains([';', '&', ','])
}

/// Words that are settings of a credential.
fn is_setting(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let words = [
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "nil",
        "none",
        "undefined",
        "empty",
        "enabled",
        "disabled",
        "enable",
        "disable",
        "required",
        "optional",
        "auto",
        "default",
        "always",
        "never",
        "string",
        "text",
        "hidden",
        "input",
        "prompt",
        "ask",
        "generate",
        "generated",
        "random",
        "autogenerate",
        "basic",
        "digest",
        "plain",
        "md5",
        "sha256",
        "bcrypt",
        "scram-sha-256",
        "scram-sha-512",
        "trust",
        "static",
        "vault",
        "kubernetes",
        "file",
        "env",
        "jwt",
        "oauth",
        "oauth2",
        "bearer",
        "n/a",
        "unset",
        "invalid",
        "oidc",
        "cookie",
    ];
    words.contains(&&*lower)
}

/// Small numbers, durations, sizes; of a password six digits are enough.
fn is_plain_number(name: KeyName, value: &str) -> bool {
    let digits = value.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let unit = value.get(digits..).unwrap_or_default();
    if digits == 0 {
        return false;
    }
    let units = ["ms", "s", "m", "h", "d", "k", "M", "G", "Ki", "Mi", "Gi", "%", "i"];
    if unit.is_empty() {
        return value.len() < if name == KeyName::Password { 6 } else { 16 };
    }
    units.contains(&unit) || is_date(value)
}

fn is_date(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
        && bytes.iter().take(4).all(u8::is_ascii_digit)
}

/// Paths, URLs, files, hosts, mail addresses. Passwords in URLs are found by their format.
fn is_address(value: &str) -> bool {
    if value.contains("://") {
        return true;
    }
    let start = ["./", "../", "~/", "\\\\", "C:\\", "//"];
    if start.iter().any(|start| value.starts_with(start)) {
        return true;
    }
    // base64 and hashes have slashes too.
    if value.starts_with('/') {
        return !looks_random(value) || value.contains(['.', '-', '_']);
    }
    if value.matches('/').count() > 1 {
        return !looks_random(value);
    }
    is_file(value) || is_host(value) || is_mail(value) || is_ip(value)
}

fn is_file(value: &str) -> bool {
    let ends = [
        "json",
        "yaml",
        "yml",
        "pem",
        "key",
        "crt",
        "cer",
        "txt",
        "p12",
        "pfx",
        "jks",
        "conf",
        "cfg",
        "ini",
        "env",
        "properties",
        "toml",
        "xml",
        "sh",
        "py",
        "js",
        "ts",
        "go",
        "pub",
        "asc",
        "gpg",
        "log",
        "html",
        "htpasswd",
    ];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    value.rsplit_once('.').is_some_and(|(stem, end)| !stem.is_empty() && ends.contains(&end))
        && value.bytes().all(plain)
}

/// Two dots and lower-case labels, or an end that hosts have.
fn is_host(value: &str) -> bool {
    let host = value.split_once(':').map_or(value, |(host, _)| host);
    let port = value.get(host.len() + 1..).unwrap_or("0");
    let mut labels = host.split('.');
    let fits = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let last = host.rsplit('.').next().unwrap_or_default();
    let known_end = [
        "svc",
        "local",
        "com",
        "io",
        "net",
        "org",
        "dev",
        "internal",
        "cloud",
        "app",
        "de",
        "eu",
        "uk",
        "co",
        "lan",
        "cluster",
        "localhost",
    ];
    let dots = host.matches('.').count();
    port.bytes().all(|byte| byte.is_ascii_digit())
        && dots >= 1
        && labels.all(fits)
        && last.bytes().all(|byte| byte.is_ascii_lowercase())
        && (dots >= 2 || known_end.contains(&last))
        || matches!(host, "localhost")
}

fn is_mail(value: &str) -> bool {
    value.split_once('@').is_some_and(|(user, host)| {
        !user.is_empty() && !user.contains(':') && host.contains('.') && is_host(host)
    })
}

fn is_ip(value: &str) -> bool {
    let host = value.rsplit_once(':').map_or(value, |(host, _)| host);
    value.parse::<std::net::IpAddr>().is_ok()
        || host.parse::<std::net::Ipv4Addr>().is_ok()
        || value.split_once('/').is_some_and(|(net, _)| net.parse::<std::net::IpAddr>().is_ok())
}

/// A value that is no secret by itself, whatever its key.
pub(super) fn is_plain(value: &str) -> bool {
    is_setting(value)
        || is_address(value)
        || is_plain_number(KeyName::Token, value)
        || is_constant(value)
        || value.starts_with("git@")
}

/// `AWS_SECRET_ACCESS_KEY`: the name of a variable, of a key.
fn is_constant(value: &str) -> bool {
    let words = value.split('_').filter(|word| word.len() > 1).count();
    is_upper_name(value) && (words > 1 || value.bytes().all(|byte| byte.is_ascii_uppercase()))
}

/// A part of a program.
fn is_code(value: &str) -> bool {
    let call = value.contains('(') && value.contains(')');
    call || ["=>", "::", "->", "&&", "||", "==", ":=", "`", "%s", "%v"]
        .iter()
        .any(|mark| value.contains(mark))
        || value.starts_with(['(', ')', '%', '|', '>', '&', '*', '!', '+', ',', '='])
            && value.len() < 12
            && !value.bytes().any(|byte| byte.is_ascii_alphanumeric())
        || value.starts_with("self.")
        || value.starts_with("this.")
        || is_dotted_name(value)
}

/// `config.auth.token`: a path in a program, or a name in capitals and small letters.
fn is_dotted_name(value: &str) -> bool {
    let mut parts = value.split('.');
    let name = |part: &str| {
        part.len() > 1
            && part.bytes().all(|byte| byte.is_ascii_alphabetic() || b"_[]".contains(&byte))
    };
    value.matches('.').count() >= 2 && parts.all(name)
}

/// `app-github-token`, `auth_secret_ref`: mostly words, small, joined.
fn is_object_name(value: &str) -> bool {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_./".contains(&byte);
    let parts = || value.split(['-', '_', '.', '/']);
    let words = parts().filter(|part| is_word(part)).count();
    let all = parts().count();
    all > 1 && value.bytes().all(plain) && words * 2 >= all
}

/// Small letters with vowels among them; hexadecimal groups are none.
fn is_word(part: &str) -> bool {
    part.len() > 1
        && part.bytes().all(|byte| byte.is_ascii_lowercase())
        && !part.bytes().all(|byte| byte.is_ascii_hexdigit())
        || matches!(part, "db" | "ca" | "be" | "dead" | "feed" | "face")
}

/// `postgres-password`: the name of a Secret, or of a key in it.
fn is_name_of_secret(value: &str) -> bool {
    is_object_name(value)
        && ["password", "passwd", "secret", "credentials", "creds", "token", "auth", "key"]
            .iter()
            .any(|end| value.ends_with(end))
}

/// A token that somebody typed: not only a word.
fn is_made(value: &str) -> bool {
    value.bytes().any(|byte| byte.is_ascii_digit())
        || value.bytes().any(|byte| !byte.is_ascii_alphanumeric() && !b"-_./:".contains(&byte))
        || says_secret(value)
}

fn says_secret(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let joined = !value.contains(['-', '_', '.', '/', ':', ',']);
    joined && ["secret", "token", "passw", "random"].iter().any(|word| lower.contains(word))
}

/// True for a text that a machine made: long, of several kinds of bytes, hard to compress.
pub(super) fn looks_random(value: &str) -> bool {
    if value.len() < 16
        || value.len() > LONGEST
        || value.bytes().any(|byte| !byte.is_ascii_graphic())
    {
        return false;
    }
    let count = |fits: fn(&u8) -> bool| value.bytes().filter(&fits).count();
    let digits = count(u8::is_ascii_digit);
    let upper = count(u8::is_ascii_uppercase);
    let lower = count(u8::is_ascii_lowercase);
    let hex = value.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let mixed = digits >= 2 || upper >= 3 && lower >= 3 && value.len() >= 24;
    if hex {
        return digits >= 2 && digits < value.len() && entropy(value) >= 2.8;
    }
    mixed && entropy(value) >= 3.3 && !is_camel(value)
}

/// `getAccessTokenFromServer`: words of a program, without a digit.
fn is_camel(value: &str) -> bool {
    let letters = value.bytes().all(|byte| byte.is_ascii_alphabetic());
    let upper = value.bytes().filter(u8::is_ascii_uppercase).count();
    letters && upper * 4 <= value.len()
}

/// Shannon's entropy of the bytes, in bits for each.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = value.len() as f64;
    let share = |count: &u32| f64::from(*count) / total;
    counts.iter().filter(|count| **count > 0).map(share).map(|share| -share * share.log2()).sum()
}

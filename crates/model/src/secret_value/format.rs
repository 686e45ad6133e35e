//! Formats that credentials are recognised by wherever they stand: prefix, alphabet and length of
//! the issuers' tokens, private keys, passwords in URLs, logins in headers and registry files.

use std::ops::Range;

use super::{Credential, MOST_CREDENTIALS, Nature, literal};
use crate::unknown::known;

/// The bytes that a run may hold.
#[derive(Debug, Clone, Copy)]
enum Set {
    Digit,
    Lower,
    Hex,
    Upper,
    Base32,
    Letter,
    Alnum,
    /// Letters, digits, `_` and `-`.
    Word,
    /// Letters, digits, `_`, `-` and `=`.
    WordEq,
    /// Standard base64, padding not included.
    Base64,
    Bech32,
}

impl Set {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Lower => byte.is_ascii_lowercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
            Self::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Self::Base32 => byte.is_ascii_uppercase() || (b'2'..=b'7').contains(&byte),
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Alnum => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || b"_-".contains(&byte),
            Self::WordEq => byte.is_ascii_alphanumeric() || b"_-=".contains(&byte),
            Self::Base64 => byte.is_ascii_alphanumeric() || b"+/".contains(&byte),
            Self::Bech32 => b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L".contains(&byte),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Piece {
    /// These bytes.
    Text(&'static str),
    /// So many bytes of a set, as many as there are.
    Run(Set, usize, usize),
}

use Piece::{Run, Text};
use Set::{Alnum, Base32, Base64, Bech32, Digit, Hex, Letter, Lower, Upper, Word, WordEq};

struct Shape {
    name: &'static str,
    prefix: &'static str,
    rest: &'static [Piece],
}

const fn shape(name: &'static str, prefix: &'static str, rest: &'static [Piece]) -> Shape {
    Shape { name, prefix, rest }
}

/// The longest run of a token without an exact length.
const LONG: usize = 1024;

/// What each issuer documents, or has given out.
const SHAPES: &[Shape] = &[
    shape("AWS access key id", "AKIA", &[Run(Base32, 16, 16)]),
    shape("AWS access key id", "ASIA", &[Run(Base32, 16, 16)]),
    shape("Google API key", "AIza", &[Run(Word, 35, 35)]),
    shape("Google OAuth client secret", "GOCSPX-", &[Run(Word, 28, 28)]),
    shape("GitHub token", "ghp_", &[Run(Alnum, 36, 255)]),
    shape("GitHub token", "gho_", &[Run(Alnum, 36, 255)]),
    shape("GitHub token", "ghu_", &[Run(Alnum, 36, 255)]),
    shape("GitHub token", "ghs_", &[Run(Alnum, 36, 255)]),
    shape("GitHub token", "ghr_", &[Run(Alnum, 36, 255)]),
    shape("GitHub token", "github_pat_", &[Run(Alnum, 22, 22), Text("_"), Run(Alnum, 59, 59)]),
    shape("GitLab token", "glpat-", &[Run(Word, 20, 300)]),
    shape("GitLab token", "gldt-", &[Run(Word, 20, 300)]),
    shape("GitLab token", "glrt-", &[Run(Word, 20, 300)]),
    shape("GitLab token", "glcbt-", &[Run(Word, 20, 300)]),
    shape("GitLab token", "glsoat-", &[Run(Word, 20, 300)]),
    shape("GitLab token", "glptt-", &[Run(Hex, 40, 40)]),
    shape("GitLab token", "GR1348941", &[Run(Word, 20, 20)]),
    shape("Slack token", "xoxb-", &[Run(Digit, 8, 14), Text("-"), Run(Word, 20, 80)]),
    shape("Slack token", "xoxp-", &[Run(Digit, 8, 14), Text("-"), Run(Word, 20, 80)]),
    shape("Slack token", "xoxa-", &[Run(Word, 20, 120)]),
    shape("Slack token", "xoxr-", &[Run(Word, 20, 120)]),
    shape("Slack token", "xoxs-", &[Run(Word, 20, 120)]),
    shape(
        "Slack token",
        "xapp-",
        &[
            Run(Digit, 1, 1),
            Text("-"),
            Run(Upper, 8, 14),
            Text("-"),
            Run(Digit, 8, 16),
            Text("-"),
            Run(Lower, 32, 128),
        ],
    ),
    shape(
        "Slack webhook URL",
        "hooks.slack.com/services/T",
        &[Run(Upper, 7, 14), Text("/B"), Run(Upper, 7, 14), Text("/"), Run(Alnum, 20, 32)],
    ),
    shape(
        "Discord webhook URL",
        "discord.com/api/webhooks/",
        &[Run(Digit, 17, 20), Text("/"), Run(Word, 60, 80)],
    ),
    shape("Stripe key", "sk_live_", &[Run(Alnum, 24, 255)]),
    shape("Stripe key", "rk_live_", &[Run(Alnum, 24, 255)]),
    shape("Stripe webhook secret", "whsec_", &[Run(Base64, 32, 64)]),
    shape("npm token", "npm_", &[Run(Alnum, 36, 36)]),
    shape("PyPI token", "pypi-AgEIcHlwaS5vcmc", &[Run(Word, 50, LONG)]),
    shape("RubyGems key", "rubygems_", &[Run(Hex, 48, 48)]),
    shape("Docker Hub token", "dckr_pat_", &[Run(Word, 27, 27)]),
    shape("Docker Hub token", "dckr_oat_", &[Run(Word, 32, 32)]),
    shape("Hugging Face token", "hf_", &[Run(Letter, 34, 34)]),
    shape("OpenAI key", "sk-proj-", &[Run(Word, 48, 200)]),
    shape("OpenAI key", "sk-", &[Run(Alnum, 20, 20), Text("T3BlbkFJ"), Run(Alnum, 20, 20)]),
    shape("Anthropic key", "sk-ant-", &[Run(Word, 80, 140)]),
    shape("SendGrid key", "SG.", &[Run(Word, 22, 22), Text("."), Run(Word, 43, 43)]),
    shape("Twilio key", "SK", &[Run(Hex, 32, 32)]),
    shape("Mailgun key", "key-", &[Run(Hex, 32, 32)]),
    shape("Vault token", "hvs.", &[Run(Word, 24, 300)]),
    shape("Vault token", "hvb.", &[Run(Word, 24, 300)]),
    shape("Vault token", "hvr.", &[Run(Word, 24, 300)]),
    shape("New Relic key", "NRAK-", &[Run(Upper, 27, 27)]),
    shape("New Relic key", "NRII-", &[Run(Word, 32, 32)]),
    shape("LaunchDarkly key", "sdk-", UUID),
    shape("LaunchDarkly key", "api-", UUID),
    shape("Bitbucket app password", "ATBB", &[Run(Alnum, 32, 32)]),
    shape("Atlassian token", "ATATT3", &[Run(WordEq, 150, 250)]),
    shape("Heroku key", "HRKU-AA", &[Run(Word, 58, 58)]),
    shape("Grafana token", "glsa_", &[Run(Alnum, 32, 32), Text("_"), Run(Hex, 8, 8)]),
    shape("Grafana token", "glc_eyJ", &[Run(Base64, 32, 400)]),
    shape("DigitalOcean token", "dop_v1_", &[Run(Hex, 64, 64)]),
    shape("DigitalOcean token", "doo_v1_", &[Run(Hex, 64, 64)]),
    shape("DigitalOcean token", "dor_v1_", &[Run(Hex, 64, 64)]),
    shape("Databricks token", "dapi", &[Run(Hex, 32, 32)]),
    shape("Doppler token", "dp.pt.", &[Run(Alnum, 40, 44)]),
    shape("Linear key", "lin_api_", &[Run(Alnum, 40, 40)]),
    shape("Pulumi token", "pul-", &[Run(Hex, 40, 40)]),
    shape("Postman key", "PMAK-", &[Run(Hex, 24, 24), Text("-"), Run(Hex, 34, 34)]),
    shape("Sentry token", "sntryu_", &[Run(Hex, 64, 64)]),
    shape("Sentry token", "sntrys_eyJ", &[Run(Base64, 80, LONG)]),
    shape("Shopify token", "shpat_", &[Run(Hex, 32, 32)]),
    shape("Shopify token", "shpca_", &[Run(Hex, 32, 32)]),
    shape("Shopify token", "shppa_", &[Run(Hex, 32, 32)]),
    shape("Shopify token", "shpss_", &[Run(Hex, 32, 32)]),
    shape("age secret key", "AGE-SECRET-KEY-1", &[Run(Bech32, 58, 58)]),
    shape("Azure storage key", "AccountKey=", &[Run(Base64, 86, 86), Text("==")]),
    shape("Azure access key", "SharedAccessKey=", &[Run(Base64, 43, 43), Text("=")]),
];

const UUID: &[Piece] = &[
    Run(Hex, 8, 8),
    Text("-"),
    Run(Hex, 4, 4),
    Text("-"),
    Run(Hex, 4, 4),
    Text("-"),
    Run(Hex, 4, 4),
    Text("-"),
    Run(Hex, 12, 12),
];

/// First bytes of the shapes, of JSON Web Tokens and of what is found by a digit.
const FIRST: [bool; 256] = {
    let mut first = [false; 256];
    let mut at = 0;
    while at < SHAPES.len() {
        first[SHAPES[at].prefix.as_bytes()[0] as usize] = true;
        at += 1;
    }
    first[b'e' as usize] = true;
    first
};

/// Bytes of the shortest text in which a credential is looked for.
pub const SHORTEST_CREDENTIAL: usize = 8;

/// The credentials of a text that have a format of their own, in its order, none overlapping
/// another. Values that are plainly made up (`AKIAIOSFODNN7EXAMPLE`) are left out.
pub fn known_formats(text: &str) -> Vec<Credential<'_>> {
    let mut found = Vec::new();
    if text.len() >= SHORTEST_CREDENTIAL {
        let sieve = Sieve::of(text);
        if sieve.longest_word >= LEAST_TOKEN {
            tokens(text, &mut found);
        }
        if text.len() >= LEAST_ENCODED_KEY {
            encoded_keys(text, &mut found);
        }
        if sieve.has(Sieve::DASH) {
            private_keys(text, &mut found);
        }
        if sieve.has(Sieve::AT) {
            urls(text, &mut found);
        }
        marked(text, &sieve, &mut found);
    }
    found.sort_by_key(|one: &Credential<'_>| (one.range.start, one.range.end));
    let mut end = 0;
    found.retain(|one| {
        let free = one.range.start >= end;
        end = if free { one.range.end } else { end };
        free
    });
    found.truncate(MOST_CREDENTIALS);
    found
}

/// Every token has at least so many letters, digits, `_` and `-` in a row.
const LEAST_TOKEN: usize = 16;

/// `-----BEGIN PRIVATE KEY-----` and the shortest body that counts, in base64.
const LEAST_ENCODED_KEY: usize = 88;

/// The part of a Terraform Cloud token behind its mark.
const LEAST_ATLAS: usize = 60;

/// What one look at the bytes of a text tells: nearly every value in a manifest is a word or two,
/// and none of the searches below needs to begin.
struct Sieve {
    longest_word: usize,
    seen: u8,
}

impl Sieve {
    const WORD: u8 = 1;
    const AT: u8 = 2;
    const QUOTE: u8 = 4;
    const DASH: u8 = 8;
    const SPACE: u8 = 16;
    const TILDE: u8 = 32;

    fn of(text: &str) -> Self {
        const TABLE: [u8; 256] = {
            let mut table = [0; 256];
            let mut byte = 0;
            while byte < 256 {
                table[byte] = match byte as u8 {
                    b'-' => Sieve::WORD | Sieve::DASH,
                    b'_' => Sieve::WORD,
                    b'@' => Sieve::AT,
                    b'"' => Sieve::QUOTE,
                    b' ' => Sieve::SPACE,
                    b'~' => Sieve::TILDE,
                    letter if letter.is_ascii_alphanumeric() => Sieve::WORD,
                    _ => 0,
                };
                byte += 1;
            }
            table
        };
        let (mut longest_word, mut word, mut seen) = (0, 0, 0);
        for byte in text.bytes() {
            let class = TABLE[usize::from(byte)];
            seen |= class;
            word = if class & Self::WORD != 0 { word + 1 } else { 0 };
            longest_word = longest_word.max(word);
        }
        Self { longest_word, seen }
    }

    fn has(&self, class: u8) -> bool {
        self.seen & class != 0
    }
}

fn push(found: &mut Vec<Credential<'_>>, name: &'static str, range: Range<usize>) {
    if found.len() < 4 * MOST_CREDENTIALS {
        found.push(Credential { range, key: None, nature: Nature::Format(name) });
    }
}

fn tokens(text: &str, found: &mut Vec<Credential<'_>>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !FIRST[usize::from(*byte)] || !begins_word(bytes, at) {
            at += 1;
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let hit = SHAPES
            .iter()
            .filter(|shape| shape.prefix.as_bytes().first() == Some(byte))
            .find_map(|shape| Some((shape.name, fits(shape, rest)?)))
            .or_else(|| Some(("JSON web token", web_token(bytes, at)?)));
        match hit {
            Some((name, len)) => {
                push(found, name, at..at + len);
                at += len;
            }
            None => at += 1,
        }
    }
}

/// True where a word can begin: after anything but a word's byte, and after an escape (`\n`).
fn begins_word(bytes: &[u8], at: usize) -> bool {
    let before = |back: usize| at.checked_sub(back).and_then(|at| bytes.get(at)).copied();
    match before(1) {
        None => true,
        Some(b'n' | b't' | b'r') => before(2) == Some(b'\\'),
        Some(byte) => !is_word(byte),
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The length of a token of this shape at the start of `bytes`.
fn fits(shape: &Shape, bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes.strip_prefix(shape.prefix.as_bytes())?;
    for piece in shape.rest {
        match piece {
            Text(text) => rest = rest.strip_prefix(text.as_bytes())?,
            Run(set, least, most) => {
                let len = rest.iter().take(*most).take_while(|byte| set.has(**byte)).count();
                if len < *least {
                    return None;
                }
                rest = rest.get(len..)?;
            }
        }
    }
    if rest.first().is_some_and(|byte| is_word(*byte)) {
        return None;
    }
    let len = bytes.len() - rest.len();
    let body = bytes.get(shape.prefix.len()..len)?;
    (!is_made_up(body)).then_some(len)
}

/// True for the body of a token that nobody was ever given.
fn is_made_up(body: &[u8]) -> bool {
    let mut seen = [false; 256];
    for byte in body {
        seen[usize::from(*byte)] = true;
    }
    let kinds = seen.iter().filter(|seen| **seen).count();
    let lower = String::from_utf8_lossy(body).to_ascii_lowercase();
    kinds < 6.min(body.len() / 2)
        || ["example", "xxxx", "0000000", "1234567890", "abcdefgh", "your", "redacted", "changeme"]
            .iter()
            .any(|mark| lower.contains(mark))
}

/// `eyJ….eyJ….…`: the length at `at`.
fn web_token(bytes: &[u8], at: usize) -> Option<usize> {
    // A run of the alphabet is looked at from its start only, which keeps the work linear.
    let inside = at.checked_sub(1).and_then(|at| bytes.get(at));
    if inside.is_some_and(|byte| b"-.".contains(byte)) {
        return None;
    }
    let rest = bytes.get(at..)?;
    rest.strip_prefix(b"eyJ")?;
    let run = |from: usize| {
        let tail = rest.get(from..).unwrap_or_default();
        tail.iter().take_while(|byte| Set::Word.has(**byte)).count()
    };
    let header = run(0);
    if header < 12 || rest.get(header) != Some(&b'.') {
        return None;
    }
    rest.get(header + 1..)?.strip_prefix(b"eyJ")?;
    let payload = run(header + 1);
    let dot = header + 1 + payload;
    if payload < 12 || rest.get(dot) != Some(&b'.') {
        return None;
    }
    let signature = run(dot + 1);
    (signature >= 20).then_some(dot + 1 + signature)
}

const BEGIN: &str = "-----BEGIN ";

/// PEM and OpenSSH private keys that are not encrypted and have a body: the range is the first line.
fn private_keys(text: &str, found: &mut Vec<Credential<'_>>) {
    let mut service_account = None;
    if text.len() < BEGIN.len() + 40 {
        return;
    }
    for (at, _) in text.match_indices(BEGIN) {
        let Some(len) = private_key(text.as_bytes().get(at..).unwrap_or_default()) else {
            continue;
        };
        let google = *service_account.get_or_insert_with(|| text.contains("\"service_account\""));
        let name = if google { "Google service account key" } else { "private key" };
        push(found, name, at..at + len);
        if found.len() > MOST_CREDENTIALS {
            return;
        }
    }
}

/// The length of the first line of a private key at the start of `bytes`.
fn private_key(bytes: &[u8]) -> Option<usize> {
    let label = bytes.strip_prefix(BEGIN.as_bytes())?;
    let label_len = label.iter().take(48).position(|byte| *byte == b'-')?;
    let words = label.get(..label_len)?;
    let is_key = words.ends_with(b"PRIVATE KEY") || words.ends_with(b"PRIVATE KEY BLOCK");
    if !is_key || words.starts_with(b"ENCRYPTED") || !label.get(label_len..)?.starts_with(b"-----")
    {
        return None;
    }
    let len = BEGIN.len() + label_len + 5;
    let mut body = Vec::new();
    let mut rest = bytes.get(len..)?.iter().copied().take(512).peekable();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => {
                // `\n` inside a JSON string, once or twice escaped.
                while rest.peek() == Some(&b'\\') {
                    rest.next();
                }
                rest.next();
            }
            _ if byte.is_ascii_whitespace() => {}
            _ if Base64.has(byte) || byte == b'=' => body.push(byte),
            _ => break,
        }
        // A header such as `Proc-Type: 4,ENCRYPTED` ends this early: the key is encrypted.
        if body.len() == 64 {
            break;
        }
    }
    (body.len() >= 40 && !is_made_up(&body)).then_some(len)
}

/// base64 of `-----BEGIN `.
const ENCODED_BEGIN: &str = "LS0tLS1CRUdJTi";

/// Private keys in base64.
fn encoded_keys(text: &str, found: &mut Vec<Credential<'_>>) {
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(ENCODED_BEGIN)) {
        let start = from + at;
        let run = text.as_bytes().get(start..).unwrap_or_default();
        let len = run.iter().take_while(|byte| Base64.has(**byte) || **byte == b'=').count();
        let head = run.get(..len.min(800) / 4 * 4).unwrap_or_default();
        let decoded = std::str::from_utf8(head).ok().and_then(decode_base64);
        if decoded.is_some_and(|bytes| private_key(&bytes).is_some()) {
            push(found, "private key", start..start + len);
        }
        from = start + len;
    }
}

/// The parts of a text up to this long are looked through for the end of a URL's host.
const AUTHORITY: usize = 512;

/// Passwords in URLs.
fn urls(text: &str, found: &mut Vec<Credential<'_>>) {
    for (at, mark) in text.match_indices("://") {
        let start = at + mark.len();
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let end = rest
            .iter()
            .take(AUTHORITY)
            .position(|byte| b"/?#\"'`<>\\,;) \t\r\n|".contains(byte))
            .unwrap_or(rest.len().min(AUTHORITY));
        let Some(authority) = text.get(start..start + end) else { continue };
        let Some((login, host)) = authority.rsplit_once('@') else { continue };
        let Some((user, password)) = login.split_once(':') else { continue };
        let head = text.as_bytes().get(..at).unwrap_or_default();
        let scheme_len = head
            .iter()
            .rev()
            .take(24)
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte))
            .count();
        let scheme = text.get(at - scheme_len..at).unwrap_or_default();
        if scheme.is_empty() || !is_password(user, password, host) {
            continue;
        }
        let name = if is_database(scheme) {
            "database URL with a password"
        } else {
            "URL with a password"
        };
        let from = start + user.len() + 1;
        push(found, name, from..from + password.len());
    }
}

fn is_database(scheme: &str) -> bool {
    let names = [
        "postgres",
        "postgresql",
        "mysql",
        "mariadb",
        "mongodb",
        "mongodb+srv",
        "redis",
        "rediss",
        "sqlserver",
        "mssql",
        "oracle",
        "cockroachdb",
        "clickhouse",
        "cassandra",
        "couchdb",
    ];
    let scheme = scheme.to_ascii_lowercase();
    names.iter().any(|name| scheme.split_once('+').map_or(&*scheme, |(base, _)| base) == *name)
        || names.contains(&&*scheme)
}

fn is_password(user: &str, password: &str, host: &str) -> bool {
    let lower = password.to_ascii_lowercase();
    let documentation =
        matches!(user, "user" | "username" | "USER" | "USERNAME" | "myuser" | "foo")
            && matches!(
                &*lower,
                "pass" | "password" | "passwd" | "pwd" | "secret" | "token" | "bar"
            );
    let reference =
        |text: &str| text.contains(['$', '{', '(', '[', '*']) || !known(text).is_literal();
    !password.is_empty()
        && !host.is_empty()
        && !documentation
        && !reference(password)
        && !reference(user)
        && !matches!(password, "%s" | "%v" | "%d" | "..." | "PASSWORD" | "PASS")
        && !host.starts_with("example.")
        && !host.contains(".example.")
        && !literal::is_dummy(password)
}

/// Credentials behind a mark: headers, registry logins, tokens with a mark in the middle.
fn marked(text: &str, sieve: &Sieve, found: &mut Vec<Credential<'_>>) {
    if sieve.has(Sieve::QUOTE) {
        registry_logins(text, found);
    }
    if sieve.has(Sieve::SPACE) {
        headers(text, found);
    }
    if sieve.longest_word >= LEAST_ATLAS {
        atlas_tokens(text, found);
    }
    if sieve.has(Sieve::TILDE) {
        azure_secrets(text, found);
    }
}

/// `"auth": "…"` of a configuration of Docker.
fn registry_logins(text: &str, found: &mut Vec<Credential<'_>>) {
    for (at, mark) in text.match_indices("\"auth\"") {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let gap = rest.len() - rest.trim_start_matches([' ', ':', '\n', '\r', '\t']).len();
        let Some(value) = rest.get(gap..).and_then(|rest| rest.strip_prefix('"')) else { continue };
        let start = at + mark.len() + gap + 1;
        login(text, start, value, "registry login", found);
    }
}

/// What HTTP's `Authorization` holds.
fn headers(text: &str, found: &mut Vec<Credential<'_>>) {
    for (at, mark) in text.match_indices("Basic ") {
        let start = at + mark.len();
        login(text, start, text.get(start..).unwrap_or_default(), "basic-auth login", found);
    }
    for (at, mark) in text.match_indices("Bearer ") {
        let start = at + mark.len();
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        let of = |byte: &&u8| Base64.has(**byte) || b"._~-=".contains(byte);
        let len = rest.iter().take(LONG).take_while(of).count();
        let token = text.get(start..start + len).unwrap_or_default();
        if len >= 20 && literal::looks_random(token) && !is_made_up(token.as_bytes()) {
            push(found, "bearer token", start..start + len);
        }
    }
}

fn atlas_tokens(text: &str, found: &mut Vec<Credential<'_>>) {
    for (at, mark) in text.match_indices(".atlasv1.") {
        let run = |bytes: &mut dyn Iterator<Item = &u8>| {
            bytes.take(120).take_while(|byte| Word.has(**byte)).count()
        };
        let before = run(&mut text.as_bytes().get(..at).unwrap_or_default().iter().rev());
        let end = at + mark.len();
        let after = run(&mut text.as_bytes().get(end..).unwrap_or_default().iter());
        if before == 14 && after >= LEAST_ATLAS {
            push(found, "Terraform Cloud token", at - before..end + after);
        }
    }
}

fn azure_secrets(text: &str, found: &mut Vec<Credential<'_>>) {
    for (at, mark) in text.match_indices("8Q~") {
        let of = |byte: &&u8| Word.has(**byte) || b"~.".contains(byte);
        let head = text.as_bytes().get(..at).unwrap_or_default();
        let before = head.iter().rev().take(4).take_while(of).count();
        let tail = text.as_bytes().get(at + mark.len()..).unwrap_or_default();
        let after = tail.iter().take(35).take_while(of).count();
        if before == 3 && (31..=34).contains(&after) {
            push(found, "Azure client secret", at - before..at + mark.len() + after);
        }
    }
}

/// base64 of `user:password` at `start`.
fn login(
    text: &str,
    start: usize,
    rest: &str,
    name: &'static str,
    found: &mut Vec<Credential<'_>>,
) {
    let of = |byte: &u8| Base64.has(*byte) || *byte == b'=';
    let len = rest.bytes().take(LONG).take_while(of).count();
    let decoded = text.get(start..start + len).and_then(decode_base64);
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let Some((user, password)) = decoded.split_once(':') else { return };
    let printable = decoded.chars().all(|c| !c.is_control());
    if printable && !user.is_empty() && is_password(user, password, "registry") {
        push(found, name, start..start + len);
    }
}

/// The bytes of standard base64 as Kubernetes' reader decodes it: with padding, line ends ignored.
/// None for anything else.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut group, mut count, mut padding) = (0_u32, 0_u32, 0_u32);
    for byte in text.bytes() {
        let value = match byte {
            b'\n' | b'\r' => continue,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' if count >= 2 => {
                padding += 1;
                0
            }
            _ => return None,
        };
        if byte != b'=' && padding > 0 || bytes.len() % 3 != 0 {
            return None;
        }
        group = group << 6 | u32::from(value);
        count += 1;
        if count == 4 {
            let [_, first, second, third] = group.to_be_bytes();
            let all = [first, second, third];
            bytes.extend(all.iter().take(3 - padding as usize));
            (group, count) = (0, 0);
        }
    }
    (count == 0).then_some(bytes)
}

//! What the name of a key says about its value: whether it names a credential, and how firmly.

/// How a key names a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyName {
    /// `DB_PASSWORD`: whatever a person chose is the credential.
    Password,
    /// `apiKey`, `GITHUB_TOKEN`, `client-secret`: made by a machine, unless somebody was lazy.
    Token,
    /// A credential is part of the name, but the value may be its address or a setting of it.
    Loose,
}

/// Longer keys are sentences.
const LONGEST: usize = 100;

/// Words that say that the value describes the credential and is not it.
const NEVER: &[&str] = &[
    "allow",
    "allowed",
    "changed",
    "checksum",
    "claim",
    "count",
    "description",
    "digest",
    "dir",
    "directory",
    "disable",
    "disabled",
    "enable",
    "enabled",
    "endpoint",
    "error",
    "existing",
    "expiration",
    "expires",
    "expiry",
    "file",
    "filename",
    "fingerprint",
    "folder",
    "forgot",
    "format",
    "from",
    "hash",
    "header",
    "help",
    "hint",
    "id",
    "ids",
    "interval",
    "invalid",
    "is",
    "label",
    "length",
    "lifetime",
    "limit",
    "location",
    "max",
    "message",
    "min",
    "mtime",
    "name",
    "names",
    "number",
    "path",
    "pattern",
    "placeholder",
    "policy",
    "public",
    "ref",
    "reference",
    "regex",
    "regexp",
    "require",
    "required",
    "reset",
    "rotation",
    "sha",
    "sha256",
    "show",
    "size",
    "template",
    "timeout",
    "title",
    "ttl",
    "type",
    "uri",
    "url",
    "urls",
    "use",
    "validity",
];

/// Last words of names that only touch on a credential.
const NOT_LAST: &[&str] = &[
    "account",
    "addr",
    "address",
    "agent",
    "alg",
    "algorithm",
    "audience",
    "audiences",
    "backend",
    "bucket",
    "cache",
    "class",
    "cluster",
    "cmd",
    "command",
    "controller",
    "database",
    "db",
    "driver",
    "encryption",
    "engine",
    "env",
    "exchange",
    "field",
    "fields",
    "generator",
    "group",
    "host",
    "hostname",
    "image",
    "index",
    "injector",
    "issuer",
    "key",
    "keys",
    "level",
    "log",
    "lookup",
    "manager",
    "method",
    "mode",
    "mount",
    "namespace",
    "ns",
    "operator",
    "port",
    "prefix",
    "project",
    "protocol",
    "provider",
    "realm",
    "refresh",
    "region",
    "replicas",
    "request",
    "review",
    "role",
    "schema",
    "scope",
    "scopes",
    "script",
    "server",
    "service",
    "sidecar",
    "source",
    "store",
    "stores",
    "strategy",
    "suffix",
    "sync",
    "table",
    "tag",
    "tokens",
    "user",
    "username",
    "validation",
    "validator",
    "var",
    "verification",
    "version",
    "volume",
    "webhook",
];

/// Words at the end that change nothing.
const NEUTRAL: &[&str] = &["value", "plain", "plaintext", "b64", "base64", "encoded", "default"];

/// What makes `… secret` a credential, and not the name of a Secret.
const OF_SECRET: &[&str] = &[
    "api",
    "app",
    "application",
    "auth",
    "bot",
    "client",
    "consumer",
    "cookie",
    "csrf",
    "encryption",
    "hmac",
    "http",
    "jwt",
    "key",
    "login",
    "master",
    "nextauth",
    "oauth",
    "oauth2",
    "oidc",
    "session",
    "shared",
    "sharing",
    "signing",
];

/// What makes `… key` a credential.
const OF_KEY: &[&str] = &[
    "account",
    "api",
    "app",
    "application",
    "auth",
    "cookie",
    "crypto",
    "encryption",
    "hmac",
    "integration",
    "jwt",
    "license",
    "master",
    "private",
    "secret",
    "session",
    "shared",
    "signing",
    "storage",
];

/// What a key says of its value; none when it does not name a credential.
pub fn key_name(key: &str) -> Option<KeyName> {
    if key.len() < 2 || key.len() > LONGEST || !may_name(key) {
        return None;
    }
    let words = words(key);
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    while words.len() > 1 && words.last().is_some_and(|word| NEUTRAL.contains(word)) {
        words.pop();
    }
    if words.iter().any(|word| NEVER.contains(word)) {
        return None;
    }
    let last = *words.last()?;
    let before = words.len().checked_sub(2).and_then(|at| words.get(at)).copied();
    let after = |list: &[&str]| before.is_some_and(|word| list.contains(&word));
    let whole = matches!(last, "pass" | "pwd" | "pw" | "passcode" | "requirepass" | "masterauth")
        && !after(&["proxy", "fastcgi", "uwsgi", "grpc", "by", "smtpd"]);
    let password = ["password", "passwd", "passphrase"];
    if whole || password.iter().any(|end| last.ends_with(end)) {
        return Some(KeyName::Password);
    }
    if last == "token" {
        // etcd's --initial-cluster-token only tells clusters apart.
        let etcd = words.ends_with(&["initial", "cluster", "token"]);
        return (!etcd && !after(&["page", "next", "continue", "pagination"]))
            .then_some(KeyName::Token);
    }
    let one = [
        "apikey",
        "secretkey",
        "privatekey",
        "authkey",
        "appkey",
        "signingkey",
        "apitoken",
        "clientsecret",
        "accesstoken",
        "authtoken",
        "encryptionkey",
        "appsecret",
        "jwtsecret",
    ];
    if one.contains(&last) || last == "key" && after(OF_KEY) || last == "secret" && after(OF_SECRET)
    {
        return Some(KeyName::Token);
    }
    let named = words.iter().any(|word| {
        matches!(
            *word,
            "password"
                | "passwd"
                | "passphrase"
                | "secret"
                | "token"
                | "credential"
                | "credentials"
                | "creds"
                | "apikey"
        )
    });
    let access_key = last == "key" && before == Some("access");
    (access_key || named && !NOT_LAST.contains(&last)).then_some(KeyName::Loose)
}

/// True for a key in which a piece of a word stands that every credential's name has: most keys have
/// none, and need not be taken apart.
fn may_name(key: &str) -> bool {
    let bytes = key.as_bytes();
    let goes_on = |at: usize, rest: &[u8]| {
        let found = bytes.get(at + 1..at + 1 + rest.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(rest))
    };
    bytes.iter().enumerate().any(|(at, byte)| match byte.to_ascii_lowercase() {
        b'c' => goes_on(at, b"red"),
        b'k' => goes_on(at, b"ey"),
        b'm' => goes_on(at, b"asterauth"),
        b'p' => goes_on(at, b"w") || goes_on(at, b"ass"),
        b's' => goes_on(at, b"ecret"),
        b't' => goes_on(at, b"oken"),
        _ => false,
    })
}

/// True for a key of a Secret whose value is no secret by itself: a user's name, an address.
pub(super) fn is_plain(key: &str) -> bool {
    let words = words(key);
    let last = words.last().map_or("", String::as_str);
    matches!(
        last,
        "user"
            | "username"
            | "login"
            | "host"
            | "hostname"
            | "port"
            | "url"
            | "uri"
            | "endpoint"
            | "region"
            | "database"
            | "dbname"
            | "db"
            | "name"
            | "type"
            | "project"
            | "bucket"
            | "email"
            | "server"
            | "namespace"
            | "id"
            | "path"
            | "zone"
            | "tenant"
            | "realm"
            | "scope"
            | "mtime"
            | "enabled"
            | "domain"
            | "subscription"
            | "version"
            | "driver"
            | "engine"
    )
}

/// The words of a name: `dbRoot_PASSWORD2` is db, root, password.
fn words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let bytes = key.as_bytes();
    let flush = |word: &mut String, words: &mut Vec<String>| {
        let trimmed = match &**word {
            "oauth2" | "sha256" | "b64" | "base64" | "s3" => word.len(),
            other => other.trim_end_matches(|c: char| c.is_ascii_digit()).len(),
        };
        word.truncate(trimmed);
        if !word.is_empty() {
            words.push(std::mem::take(word));
        }
    };
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            flush(&mut word, &mut words);
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b'_');
        let next = bytes.get(at + 1).copied().unwrap_or(b'_');
        let begins = byte.is_ascii_uppercase()
            && (before.is_ascii_lowercase()
                || before.is_ascii_digit()
                || before.is_ascii_uppercase() && next.is_ascii_lowercase());
        if begins {
            flush(&mut word, &mut words);
        }
        word.push(byte.to_ascii_lowercase() as char);
    }
    flush(&mut word, &mut words);
    words
}

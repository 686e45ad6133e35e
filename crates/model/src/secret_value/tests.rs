//! Cases for the values that are secrets and those that only look like it.

use super::*;

#[track_caller]
fn formats(text: &str) -> Vec<(&'static str, &str)> {
    let named = |one: Credential<'_>| match one.nature {
        Nature::Format(name) => name,
        _ => "",
    };
    known_formats(text).into_iter().map(|one| (named(one.clone()), &text[one.range])).collect()
}

#[test]
fn tokens_are_known_by_prefix_alphabet_and_length() {
    let cases = [
        ("AKIAQ3EGZL5RTY7WVB2C", "AWS access key id"),
        ("ghp_A7fKq2Rt9XbZc4LmPw8Ej6Ys3UhNo1GiD5V0", "GitHub token"),
        ("glpat-x7Kq2mNvT9pLsR4wYb3Z", "GitLab token"),
        ("npm_A7fKq2Rt9XbZc4LmPw8Ej6Ys3UhNo1GiD5V0", "npm token"),
        ("AIzaSyB7xQ2kLmN9pRtVwYz3AcEgIkMoQsUwYaC", "Google API key"),
        ("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", "SendGrid key"),
        ("SK3f1c29e7d504a86b2e9d0c14a7f63581", "Twilio key"),
        ("hvs.CAESIJ7xQ2kLmN9pRtVwYz3A", "Vault token"),
        (
            "dop_v1_3f1c29e7d504a86b2e9d0c14a7f635813f1c29e7d504a86b2e9d0c14a7f63581",
            "DigitalOcean token",
        ),
    ];
    for (token, name) in cases {
        assert_eq!(formats(token), [(name, token)], "{token}");
        assert_eq!(formats(&format!("x = \"{token}\";")), [(name, token)], "{token}");
        assert_eq!(formats(&format!("{{\\n{token}\\n}}")), [(name, token)], "{token}");
        assert_eq!(formats(&format!("a{token}")), [], "inside a word: {token}");
        assert_eq!(formats(&token[..token.len() - 3]), [], "too short: {token}");
    }
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzaG9wIn0.Zm9ydGVzdHNvbmx5bm90cmVhbA";
    assert_eq!(formats(token), [("JSON web token", token)]);
}

#[test]
fn made_up_tokens_are_none() {
    for text in [
        "AKIAIOSFODNN7EXAMPLE",
        "AKIAXXXXXXXXXXXXXXXX",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "ghp_000000000000000000000000000000000000",
        "glpat-your-token-goes-here1",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9y\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIBszCCAVmgAwIBAgIUQm9ndXMgY2VydGlmaWNhdGUgZm9y\n",
        "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJzekNDQVZtZ0F3SUJBZ0lVUW05",
        "http://user:password@host",
        "https://example.com/a:b@c",
        "https://shop.dev:8080/@x",
        "postgres://app:$(DB_PASSWORD)@db/app",
        "postgres://app:${DB_PASSWORD}@db/app",
        "postgres://app:<password>@db/app",
        "ssh://git@github.com/shop/app",
        "Authorization: Bearer $TOKEN",
        "Basic authentication is needed",
    ] {
        assert_eq!(formats(text), [], "{text}");
    }
}

#[test]
fn passwords_in_urls_are_pointed_at() {
    let text = "a postgres://shop:Tr0ub4dor@db:5432/x b https://bot:k33p-0ut@git.shop.dev/r.git";
    let found = formats(text);
    assert_eq!(
        found,
        [("database URL with a password", "Tr0ub4dor"), ("URL with a password", "k33p-0ut"),]
    );
}

#[test]
fn keys_name_credentials() {
    use KeyName::{Loose, Password, Token};
    let cases = [
        ("password", Some(Password)),
        ("DB_PASSWORD", Some(Password)),
        ("rootPasswd", Some(Password)),
        ("mysqlpassword", Some(Password)),
        ("PGPASSWORD2", Some(Password)),
        ("apiKey", Some(Token)),
        ("APIKey", Some(Token)),
        ("aws_secret_access_key", Some(Loose)),
        ("spring.security.client-secret", Some(Token)),
        ("GITHUB_TOKEN", Some(Token)),
        ("SECRET_KEY", Some(Token)),
        ("secret", Some(Loose)),
        ("existingSecret", None),
        ("secretName", None),
        ("PASSWORD_FILE", None),
        ("tokenUrl", None),
        ("server-tokens", None),
        ("AWS_ACCESS_KEY_ID", None),
        ("monkey", None),
        ("bypass", None),
        ("proxy_pass", None),
        ("checksum/secret", None),
        ("key", None),
    ];
    for (key, name) in cases {
        assert_eq!(key_name(key), name, "{key}");
    }
}

#[track_caller]
fn found<'t>(key: &str, text: &'t str) -> Vec<&'t str> {
    credentials(key, text).into_iter().map(|one| &text[one.range]).collect()
}

#[test]
fn the_value_decides() {
    for (key, value) in [
        ("PASSWORD", "admin123"),
        ("password", "\"hunter2\""),
        ("PASSWORD", "123456"),
        ("API_KEY", "f3b1c29e7d504a86b2e9d0c14a7f6358"),
        ("aws_secret_access_key", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYz"),
        ("TOKEN", "8312341g-5678-abcd-4a2b2c-33bcsd655"),
        ("REGISTRY_HTTP_SECRET", "1559d180c2ce1acc3c41ef745535d5"),
        ("SECRET_BLAH", "secretsquirrels"),
        ("admin.password", "$2a$10$RncPyHW/B5ll2Z3J8s.IBOnbZ9uoJ4JhHLKzj5lzG/kU1KN1Oj3/K"),
    ] {
        assert_eq!(found(key, value).len(), 1, "{key}: {value}");
    }
    for (key, value) in [
        ("PASSWORD", ""),
        ("PASSWORD", "true"),
        ("PASSWORD", "1234"),
        ("PASSWORD", "${X}"),
        ("PASSWORD", "your-password"),
        ("PASSWORD", "my-password"),
        ("PASSWORD", "db-password"),
        ("TOKEN", "/var/run/token"),
        ("TOKEN", "30s"),
        ("TOKEN", "github-token"),
        ("SECRET_KEY", "memberlist"),
        ("SECRET_KEY", "SECRET_KEY"),
        ("CLIENT_SECRET", "$dex.github.clientSecret"),
        ("CLIENT_SECRET", "keycloak-client-secret"),
        ("TOKEN", "auth.getToken(request)"),
        ("TOKEN", "https://auth.shop.dev/token"),
        ("SECRET_PROVIDER", "hashicorpvaultsecret"),
        ("SECRET", "astra-gcp-backup-743cfd150129-5rdt4"),
    ] {
        assert_eq!(found(key, value), [""; 0], "{key}: {value}");
    }
}

#[test]
fn files_are_read_line_by_line() {
    let text = "# password: no\nserver:\n  password: \"hunter2\" # yes\n  token: ${T}\n\
                url=jdbc:x?user=a&password=s3cr3t99\r\nx={\"apiKey\": \"abc123def456\", \"b\": \"c\"}\n";
    assert_eq!(found("app.yaml", text), ["hunter2", "s3cr3t99", "abc123def456"]);
    let script = "#!/bin/sh\nPASSWORD=abc\nexport TOKEN=\"abc123def\"\npassword=\"$1\"\n";
    assert_eq!(found("run.sh", script), ["abc123def"]);
}

#[test]
fn command_lines_are_read_word_by_word() {
    let all = |items: &[&str]| -> Vec<String> {
        let found = command_credentials(items);
        found.into_iter().map(|(item, one)| items[item][one.range].to_owned()).collect()
    };
    assert_eq!(all(&["--password", "hunter2", "--token=abc123def"]), ["hunter2", "abc123def"]);
    assert_eq!(all(&["sh", "-c", "curl -u 'bot:hunter2' https://x"]), ["hunter2"]);
    assert_eq!(all(&["sh", "-c", "mysql -uroot -phunter2"]), ["hunter2"]);
    assert_eq!(all(&["sh", "-c", "cp -p /a /b && ssh -port 22"]), [""; 0]);
    assert_eq!(all(&["--password", "--verbose", "--token", "$(TOKEN)"]), [""; 0]);
    assert_eq!(all(&["--password=pa$WORD", "--password=`x`"]), [""; 0]);
}

#[test]
fn base64_is_that_of_the_api_server() {
    assert_eq!(decode_base64("aHVudGVyMg==").as_deref(), Some(&b"hunter2"[..]));
    assert_eq!(decode_base64("aHVu\ndGVy\r\nMg==\n").as_deref(), Some(&b"hunter2"[..]));
    assert_eq!(decode_base64("").as_deref(), Some(&b""[..]));
    for wrong in ["aHVudGVyMg", "aHVudGVyMg=", "aHVudGVyMg== ", "a-_b", "Y===", "YQ==YQ==", "YQ=a"]
    {
        assert_eq!(decode_base64(wrong), None, "{wrong}");
    }
}

#[test]
fn work_is_bounded() {
    let texts = [
        "sk-".repeat(100_000),
        "eyJ".repeat(100_000),
        "://a:".repeat(50_000),
        "-----BEGIN ".repeat(25_000),
        "LS0tLS1CRUdJTi".repeat(20_000),
        "password=".repeat(30_000),
        "\"password\":".repeat(25_000),
        "token: \"".repeat(30_000),
        "<a".repeat(125_000),
        "8Q~".repeat(75_000),
        "\"auth\":\"".repeat(30_000),
        "password: a1b2c3\n".repeat(15_000),
        "[[".repeat(125_000),
    ];
    for text in &texts {
        // A quadratic pass over so much would take minutes; what is found is bounded, too.
        let begin = &text[..12];
        assert!(credentials("a.conf", text).len() <= MOST_CREDENTIALS, "{begin}");
        assert!(command_credentials(&[text]).len() <= MOST_CREDENTIALS, "{begin}");
        assert_ne!(secret_content("a.conf", text), Content::Empty, "{begin}");
    }
}

//! Linux capabilities by name.

use std::borrow::Cow;

/// Every capability of Linux (include/uapi/linux/capability.h), without `CAP_`.
pub const CAPABILITIES: &[&str] = &[
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];

/// A capability's name as it is listed here: in capitals and without `CAP_`, however it is written.
/// Container runtimes ignore the case; what they make of the prefix differs.
pub fn capability_name(written: &str) -> Cow<'_, str> {
    let bare = match written.get(..4) {
        Some(prefix) if prefix.eq_ignore_ascii_case("CAP_") => &written[4..],
        _ => written,
    };
    if bare.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return bare.to_ascii_uppercase().into();
    }
    bare.into()
}

/// True for the name of a capability of Linux, and for `ALL`.
pub fn is_capability(name: &str) -> bool {
    name == "ALL" || CAPABILITIES.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_found_however_they_are_written() {
        assert!(CAPABILITIES.is_sorted());
        assert_eq!(CAPABILITIES.len(), 41);
        for written in ["SYS_ADMIN", "CAP_SYS_ADMIN", "cap_sys_admin", "sys_admin"] {
            assert_eq!(capability_name(written), "SYS_ADMIN");
        }
        assert!(is_capability("ALL") && is_capability("BPF") && !is_capability("SYS_ADMINS"));
    }
}

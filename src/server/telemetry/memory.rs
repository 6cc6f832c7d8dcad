//! The memory that the process holds, as the system counts it.

/// What the process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Memory {
    /// Now.
    pub bytes: u64,
    /// The most that it held at a time.
    pub bytes_peak: u64,
}

/// What the process holds; nothing where the system doesn't say it as Linux does.
pub fn held() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    Some(Memory { bytes: bytes(&status, "VmRSS:")?, bytes_peak: bytes(&status, "VmHWM:")? })
}

fn bytes(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_process_holds_no_more_than_it_ever_did() {
        let memory = held().unwrap();
        assert!(memory.bytes > 1 << 20 && memory.bytes <= memory.bytes_peak, "{memory:?}");
    }
}

//! What is said of an archive of workbooks that can't be unpacked: which entries, why, and what to do about it.

use super::{Class, Words};
use crate::lang::Lang;
use crate::package::archive::{ArchiveError, ArchiveFault, WhyRefused};

/// So many faults are told in a detail.
const TOLD_MAX: usize = 20;

/// What a problem with an archive says. A failure of our own is none of these.
pub(super) fn words(error: &ArchiveError, lang: Lang) -> Words {
    let (code, class, title, mend) = match error {
        ArchiveError::Refused { faults, .. } if faults.iter().any(|fault| fault.why.is_limit()) => (
            "batch-too-large",
            Class::TooLarge,
            ["批次过大", "The batch is too large"],
            [
                "请把工作簿分成几个批次上传；也可请管理员放宽上限。",
                "Send the workbooks in several batches, or ask the administrator for higher limits.",
            ],
        ),
        ArchiveError::Refused { .. } => (
            "batch-refused",
            Class::Invalid,
            ["批次不被接受", "The batch is refused"],
            [
                "请改正以上各处，用系统自带的压缩功能把工作簿直接打成一个 zip（不加密、不嵌套）后重新上传。",
                "Mend all of these: pack the workbooks themselves into one zip, without a password and without other archives in it, and send that.",
            ],
        ),
        ArchiveError::NotZip { .. } | ArchiveError::Io(_) => (
            "unreadable-archive",
            Class::Invalid,
            ["压缩包无法读取", "The archive can't be read"],
            [
                "请确认这是完整的 zip 文件，重新打包后上传；不支持 rar、7z。",
                "Make sure that it is a whole zip file, or pack it again; rar and 7z are not read.",
            ],
        ),
    };
    let pick = |[zh, en]: [&str; 2]| lang.pick(zh, en).to_owned();
    Words { code, class, title: pick(title), detail: detail(error, lang), mend: pick(mend) }
}

/// One for each code.
pub(super) fn samples() -> Vec<ArchiveError> {
    let refused = |name: &str, why| {
        let name = Some(name.to_owned());
        ArchiveError::Refused { faults: vec![ArchiveFault { name, why }], more: 0 }
    };
    vec![
        ArchiveError::NotZip { reason: "its end is missing".to_owned() },
        refused("华东/2007.zip", WhyRefused::Nested),
        refused("2007.xlsx", WhyRefused::TooDense { ratio_max: 400 }),
    ]
}

fn detail(error: &ArchiveError, lang: Lang) -> String {
    match error {
        ArchiveError::Refused { faults, more } => {
            let told: Vec<String> = faults.iter().take(TOLD_MAX).map(|fault| told(fault, lang)).collect();
            let untold = faults.len().saturating_sub(TOLD_MAX) + more;
            let rest = match (untold, lang) {
                (0, _) => String::new(),
                (n, Lang::Zh) => format!("；另有 {n} 处"),
                (n, Lang::En) => format!("; and {n} more"),
            };
            format!("{}{rest}{}", told.join(lang.pick("；", "; ")), lang.pick("。", "."))
        }
        ArchiveError::NotZip { reason } => match lang {
            Lang::Zh => format!("不是 zip 文件，或不完整：{reason}。"),
            Lang::En => format!("It is no zip file, or a truncated one: {reason}."),
        },
        ArchiveError::Io(_) => lang.pick("读取时出错。", "It could not be read.").to_owned(),
    }
}

/// Where and what: 华东/a.zip：压缩包中还有压缩包
fn told(fault: &ArchiveFault, lang: Lang) -> String {
    let what = what(&fault.why, lang);
    match &fault.name {
        Some(name) => format!("{name}{}{what}", lang.pick("：", ": ")),
        None => what,
    }
}

/// Why, in words.
pub(super) fn what(why: &WhyRefused, lang: Lang) -> String {
    let (zh, en) = match why {
        WhyRefused::TooManyEntries { max } => {
            (format!("压缩包中的条目不得超过 {max} 个"), format!("an archive may have {max} entries at most"))
        }
        WhyRefused::TooManyFiles { max } => {
            (format!("一个批次的文件不得超过 {max} 个"), format!("a batch may hold {max} files at most"))
        }
        WhyRefused::TooLargeTogether { bytes_max } => (
            format!("所有文件（压缩包按解压后计）共不得超过 {bytes_max} 字节"),
            format!("all files together may have {bytes_max} bytes at most, those of archives unpacked"),
        ),
        WhyRefused::TooLarge { bytes_max } => (
            format!("一个文件（压缩包中的按解压后计）不得超过 {bytes_max} 字节"),
            format!("a file may have {bytes_max} bytes at most, one of an archive unpacked"),
        ),
        WhyRefused::TooDense { ratio_max } => (
            format!("解压后比压缩时大 {ratio_max} 倍以上，疑为压缩炸弹"),
            format!("it is more than {ratio_max} times larger than packed, as a bomb is"),
        ),
        WhyRefused::Compression { method } => (
            format!("压缩方式 {method} 不受支持，请用标准的 Deflate"),
            format!("it is packed by {method}, which isn't read; use Deflate"),
        ),
        WhyRefused::Broken { reason } => {
            (format!("内容损坏或不完整（{reason}）"), format!("it is broken or truncated ({reason})"))
        }
        fixed => return fixed_words(fixed, lang).to_owned(),
    };
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What has no figures.
fn fixed_words(why: &WhyRefused, lang: Lang) -> &'static str {
    let (zh, en) = match why {
        WhyRefused::TooVast => (
            "这是 Zip64 格式（超过 4 GiB 或 65534 个文件），不受支持",
            "it is in Zip64, for more than 4 GiB or 65,534 files, which isn't read",
        ),
        WhyRefused::NoFiles => ("压缩包中没有可处理的文件", "there is no file in it to work on"),
        WhyRefused::Repeated => ("有同名的文件", "two files have the same name"),
        WhyRefused::BadName => (
            "文件名指向压缩包之外，或不是有效的文件名",
            "the name leads out of the archive, or is none that a file has",
        ),
        WhyRefused::Encrypted => ("已加密，请去掉密码", "it is encrypted; remove the password"),
        WhyRefused::SpecialFile => ("这是链接或设备，不是文件", "it is a link or a device, not a file"),
        WhyRefused::Nested => ("压缩包中还有压缩包，请先解压", "it is an archive within the archive; unpack it first"),
        WhyRefused::Overlaps => ("与其他条目共用同一段数据", "it shares its bytes with another entry"),
        WhyRefused::WrongSize => ("实际大小与目录不符", "its size is not what the directory says"),
        WhyRefused::TooManyEntries { .. }
        | WhyRefused::TooManyFiles { .. }
        | WhyRefused::TooLargeTogether { .. }
        | WhyRefused::TooLarge { .. }
        | WhyRefused::TooDense { .. }
        | WhyRefused::Compression { .. }
        | WhyRefused::Broken { .. } => ("", ""),
    };
    lang.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_reason_is_told_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let told: std::collections::HashSet<String> = WhyRefused::iter().map(|why| what(&why, lang)).collect();
            assert_eq!(told.len(), WhyRefused::iter().count());
            assert!(!told.contains(""));
        }
    }

    #[test]
    fn a_detail_names_the_entries_and_how_many_there_are_beyond() {
        let fault = |name: &str| ArchiveFault { name: Some(name.to_owned()), why: WhyRefused::Nested };
        let faults = (0..30).map(|n| fault(&format!("{n}.zip"))).collect();
        let words = words(&ArchiveError::Refused { faults, more: 4 }, Lang::Zh);
        assert_eq!((words.code, words.class), ("batch-refused", Class::Invalid));
        assert!(words.detail.starts_with("0.zip：压缩包中还有压缩包，请先解压；1.zip："), "{}", words.detail);
        assert!(words.detail.ends_with("；另有 14 处。"), "{}", words.detail);
    }

    #[test]
    fn too_much_of_anything_is_too_large() {
        let fault = |why| ArchiveFault { name: None, why };
        let faults = vec![fault(WhyRefused::Repeated), fault(WhyRefused::TooManyFiles { max: 200 })];
        let words = words(&ArchiveError::Refused { faults, more: 0 }, Lang::En);
        assert_eq!((words.code, words.class), ("batch-too-large", Class::TooLarge));
        assert_eq!(words.detail, "two files have the same name; a batch may hold 200 files at most.");
    }
}

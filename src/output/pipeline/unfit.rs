//! What people are told of a file that is no workbook: what it is, and how to get a workbook out of it.

use dealerbook_base::lang::Lang;
use dealerbook_package::FileKind;

/// What it is, in a sentence without a full stop.
pub(super) fn detail(kind: FileKind, lang: Lang) -> &'static str {
    let (zh, en) = match kind {
        FileKind::WebPage => {
            ("这是一个网页（HTML），只是扩展名写成了表格", "This is a web page (HTML), only named as a spreadsheet")
        }
        FileKind::WebArchive => ("这是一个单文件网页（MHTML）", "This is a web page in one file (MHTML)"),
        FileKind::Xml2003 => ("这是 XML 表格 2003 格式的文件", "This is an XML spreadsheet of Excel 2003"),
        FileKind::FlatOds => {
            ("这是单文件的 OpenDocument 表格（.fods）", "This is a flat OpenDocument spreadsheet (.fods)")
        }
        FileKind::Xml => ("这是一个 XML 文件", "This is an XML file"),
        FileKind::Csv => ("这是 CSV 之类的文本表格", "This is text with separators, such as CSV"),
        FileKind::Utf16Text => {
            ("这是 UTF-16（Unicode）编码的文本，不是工作簿", "This is text in UTF-16, as Excel exports Unicode text")
        }
        FileKind::Text => ("这是一个文本文件", "This is a text file"),
        FileKind::FileName => ("收到的只是一个文件名，不是文件本身", "What came is the name of a file, not the file"),
        FileKind::Base64 => ("这是 Base64 编码的文本", "This is text in Base64"),
        FileKind::Json => ("这是 JSON", "This is JSON"),
        FileKind::Picture => ("这是一张图片", "This is a picture"),
        FileKind::Pdf => ("这是 PDF 文件", "This is a PDF"),
        FileKind::LockFile => (
            "这是工作簿打开时产生的锁定文件（~$ 开头），不是工作簿",
            "This is the lock file (~$…) of a workbook that somebody has open, not the workbook",
        ),
        FileKind::Sealed => (
            "文件已被公司的加密软件加密，只能在装有该软件的电脑上打开",
            "A company's encryption agent has sealed the file; only computers with that agent open it",
        ),
        FileKind::ZipOfWorkbooks => ("这是装有多个文件的压缩包", "This is a zip of several files"),
        FileKind::Zip => ("这是一个压缩包，其中没有工作簿", "This is a zip without a workbook in it"),
        FileKind::Archive => ("这是压缩文件（RAR、7z、gzip 等）", "This is a compressed file (RAR, 7z, gzip …)"),
        FileKind::OfficeDocument => (
            "这是文字文档、演示文稿或其他办公文件，不是工作簿",
            "This is a document or presentation of an office program, not a workbook",
        ),
        FileKind::Numbers => ("这是 Apple Numbers 的表格", "This is a spreadsheet of Apple Numbers"),
        FileKind::OtherWorkbook => (
            "这是 .xls、.xlsb 或 .ods 工作簿，此处只接受 .xlsx",
            "This is an .xls, .xlsb or .ods workbook; only .xlsx is taken here",
        ),
        FileKind::Excel4 => (
            "这是 Excel 4.0 或更早格式的文件（有的系统仍以 .xls 导出）",
            "This is in the format of Excel 4 or before, which some systems still export as .xls",
        ),
        FileKind::OldTable => ("这是 dBase（.dbf）或 SYLK 格式的表", "This is a table of dBase (.dbf) or SYLK"),
        FileKind::Stripped => (
            "文件在发送时被去掉了换行和零字节，已经损坏",
            "The sender took line ends and zeros out of the file, which broke it",
        ),
        FileKind::Zeros => {
            ("文件内容全是零，没有存好或没有传完", "The file is nothing but zeros: it was not saved or sent whole")
        }
        FileKind::NoCells => ("工作簿里没有数据工作表", "The workbook has no sheet of cells"),
        FileKind::Unknown => (
            "文件不是工作簿，可能已损坏，或被公司的加密软件加密",
            "The file is no workbook that is known; it may be damaged, or sealed by a company's encryption agent",
        ),
    };
    lang.pick(zh, en)
}

/// What to do about it.
pub(super) fn fix(kind: FileKind) -> (&'static str, &'static str) {
    match kind {
        FileKind::FileName => (
            "请发送文件本身：用 curl 时写 -F workbook=@文件 或 --data-binary @文件，不要漏掉 @。",
            "Send the file itself: with curl, `-F workbook=@FILE` or `--data-binary @FILE`; mind the @.",
        ),
        FileKind::Stripped => {
            ("用 curl 时请把 -d 换成 --data-binary @文件。", "With curl, use `--data-binary @FILE` instead of `-d`.")
        }
        FileKind::Base64 => (
            "请解码后发送文件的原始字节，例如 curl --data-binary @文件。",
            "Decode it and send the file's own bytes, as `curl --data-binary @FILE` does.",
        ),
        FileKind::Archive => (
            "请解压后发送其中的工作簿，不要用 Content-Encoding 压缩正文。",
            "Unpack it and send the workbook, without a Content-Encoding.",
        ),
        FileKind::ZipOfWorkbooks => (
            "多个工作簿请提交到 POST /v1/batches；只算一个时请解压后发送那一个。",
            "Send several workbooks to POST /v1/batches; for one of them, unpack it and send that.",
        ),
        FileKind::LockFile => (
            "请发送不带 ~$ 的那个文件；它可能正在 Excel 或 WPS 中打开，先保存。",
            "Send the file without ~$ in its name; it may be open in Excel or WPS: save it first.",
        ),
        FileKind::Sealed | FileKind::Unknown => (
            "请在装有加密软件的电脑上解密（或申请外发）并另存为 .xlsx 后再发送；文件若已损坏，请重新导出。",
            "Have it decrypted on a computer with the agent and saved as .xlsx; where it is damaged, export it again.",
        ),
        FileKind::Zeros => (
            "请重新保存或重新下载该文件，确认能打开后再发送。",
            "Save or download the file again and make sure that it opens.",
        ),
        FileKind::Json
        | FileKind::Picture
        | FileKind::Pdf
        | FileKind::OfficeDocument
        | FileKind::Zip
        | FileKind::NoCells => (
            "请发送含有数据工作表的工作簿（.xlsx、.xlsm、.xls、.xlsb 或 .ods）。",
            "Send a workbook with the sheets of data (.xlsx, .xlsm, .xls, .xlsb or .ods).",
        ),
        FileKind::Numbers => {
            ("请在 Numbers 中导出为 Excel（.xlsx）后再发送。", "Export it from Numbers to Excel (.xlsx) and send that.")
        }
        FileKind::WebPage
        | FileKind::WebArchive
        | FileKind::Xml2003
        | FileKind::FlatOds
        | FileKind::Xml
        | FileKind::Csv
        | FileKind::Utf16Text
        | FileKind::Text
        | FileKind::OtherWorkbook
        | FileKind::Excel4
        | FileKind::OldTable => (
            "请在 Excel 或 WPS 中打开，另存为“Excel 工作簿（.xlsx）”后再发送；改扩展名不够。",
            "Open it in Excel or WPS and save it as an Excel workbook (.xlsx); renaming it is not enough.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn every_kind_has_words_of_its_own_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let reported: std::collections::BTreeSet<&str> = FileKind::iter().map(|kind| detail(kind, lang)).collect();
            assert_eq!(reported.len(), FileKind::iter().count());
        }
    }
}

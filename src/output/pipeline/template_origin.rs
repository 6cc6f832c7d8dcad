//! The template that a workbook was made from, and whether it is still the current one. An old one is reported, never refused.

use super::Run;
use crate::report::about_sheet::{Row, Section, texts};
use crate::report::template::{Origin, PROPERTY};
use dealerbook_base::lang::Lang;

impl Run<'_> {
    /// The template by the stamp of the upload.
    fn origin(&self) -> Option<Origin> {
        let stamp = self.package.property(PROPERTY).filter(|_| self.speaker.schemas.caller.is_none())?;
        Some(Origin::read(&stamp, &self.job.engine.schemas))
    }

    /// The template and its version.
    pub(super) fn template_row(&self) -> Option<Row> {
        let origin = self.origin()?;
        let label = self.job.options.lang.pick("模板", "Template").to_owned();
        Some(texts([label, format!("{} {}", origin.name, origin.version)]))
    }

    /// What to do about a template that is not the current one.
    pub(super) fn outdated_template(&self) -> Option<Section> {
        let origin = self.origin().filter(Origin::is_outdated)?;
        let lang = self.job.options.lang;
        let (name, version) = (&origin.name, &origin.version);
        let words = match (lang, &origin.current) {
            (Lang::Zh, Some(current)) => format!(
                "本文件由模板 {name} 的版本 {version} 制作，现行版本为 {current}。数据照常读取；下次请重新下载模板，以免缺少新增的列。"
            ),
            (Lang::Zh, None) => {
                format!("本文件由模板 {name} 制作，现已没有这个模板。数据照常读取；下次请重新下载模板。")
            }
            (Lang::En, Some(current)) => format!(
                "This file was made from version {version} of the template {name}; the current one is {current}. The data are read all the same; fetch the template anew next time, so that no new column is missing."
            ),
            (Lang::En, None) => format!(
                "This file was made from the template {name}, which there is no more. The data are read all the same; fetch a template anew next time."
            ),
        };
        let title = lang.pick("模板版本", "Template version");
        let label = lang.pick("提示", "Note").to_owned();
        Some(Section { title: title.to_owned(), rows: vec![texts([label, words])], warning: true })
    }
}

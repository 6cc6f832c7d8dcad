//! `GET /docs/guide` and `GET /docs/guide/{name}`: the guide, out of the Markdown in `http/guide`, which lies there in both languages.
//!
//! A new chapter: a file in each language and its name in [`PARTS`]. Its lines for curl are run by `tests/it/guide.rs`.

use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};

use super::frame::{Page, segment};
use super::{markdown, origin};
use crate::http::Problem;
use crate::http::describe::{parameters, refusals};
use crate::http::render;
use crate::http::request::{only_lang, shown};
use dealerbook_base::lang::Lang;

/// The address in the lines of the guide, for which the server's own one is shown.
const ADDRESS: &str = "http://127.0.0.1:8080";

/// Chapters that belong together, under a heading in Chinese and English.
struct Part {
    zh: &'static str,
    en: &'static str,
    chapters: &'static [Chapter],
}

/// A chapter as it is called in addresses, and its text in both languages.
struct Chapter {
    name: &'static str,
    zh: &'static str,
    en: &'static str,
}

macro_rules! chapters {
    ($($name:literal),+ $(,)?) => {
        &[$(Chapter {
            name: $name,
            zh: include_str!(concat!("../guide/zh/", $name, ".md")),
            en: include_str!(concat!("../guide/en/", $name, ".md")),
        }),+]
    };
}

const PARTS: &[Part] = &[
    Part {
        zh: "上传",
        en: "Uploading",
        chapters: chapters!("curl", "batches", "own-schema", "browser", "command-line"),
    },
    Part { zh: "数据与规则", en: "Data and rules", chapters: chapters!("workbook", "policies") },
    Part {
        zh: "从结果到付款",
        en: "From result to payment",
        chapters: chapters!("people", "settling", "appeals", "comparing"),
    },
    Part { zh: "运行维护", en: "Keeping it going", chapters: chapters!("settings", "operating", "limits") },
];

impl Chapter {
    fn text(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }

    fn title(&self, lang: Lang) -> &'static str {
        markdown::title(self.text(lang)).unwrap_or(self.name)
    }

    fn address(&self, lang: Lang) -> String {
        format!("/docs/guide/{}?lang={}", segment(self.name), lang.code())
    }
}

/// The guide
///
/// Its chapters, from the first upload to a back-up. In Chinese unless `lang=en` or the browser's `Accept-Language` asks for English.
#[utoipa::path(
    get, path = "/docs/guide", tag = "service", operation_id = "getGuide",
    params(parameters::OnlyLang),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!(refusals::PARAMETERS)))
)]
pub async fn guide(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_else(|| render::lang(&request));
    let title = lang.pick("使用指南", "The guide");
    let main = html! {
        h1 { (title) }
        p { (lang.pick(
            "从上传第一本工作簿到付款、运维。其中的命令都可原样执行，地址就是本服务的地址。",
            "From the first upload to payments and back-ups. The lines in it work as they stand; their address is this server's.",
        )) }
        @for part in PARTS {
            h2 { (lang.pick(part.zh, part.en)) }
            (links(part, lang, None))
        }
    };
    Ok(Page { lang, title, contents: contents(lang, None), main }.answer(&request))
}

/// A chapter of the guide
///
/// With lines for curl that have this server's address.
#[utoipa::path(
    get, path = "/docs/guide/{name}", tag = "service", operation_id = "getGuideChapter",
    params(
        ("name" = String, Path, description = "The chapter's name", example = "settling"),
        parameters::OnlyLang,
    ),
    responses((status = 200, description = "The page", body = String, content_type = "text/html")),
    extensions(("x-problems" = json!(refusals::all(&[refusals::PARAMETERS, &["no-such-page"]]))))
)]
pub async fn chapter(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, Problem> {
    let lang = only_lang(request.query_string())?.unwrap_or_else(|| render::lang(&request));
    let Some(chapter) = find(&name) else {
        let names = all().map(|chapter| chapter.name.to_owned()).collect();
        return Err(Problem::NoSuchPage { name: shown(&name), names });
    };
    let text = chapter.text(lang).replace(ADDRESS, &origin::of(&request));
    let lead = |target: &str| Some(find(target.strip_suffix(".md")?)?.address(lang));
    let main = html! { article { (markdown::linked_blocks(&text, lead)) } };
    let contents = contents(lang, Some(chapter.name));
    Ok(Page { lang, title: chapter.title(lang), contents, main }.answer(&request))
}

fn all() -> impl Iterator<Item = &'static Chapter> {
    PARTS.iter().flat_map(|part| part.chapters)
}

fn find(name: &str) -> Option<&'static Chapter> {
    all().find(|chapter| chapter.name == name)
}

fn contents(lang: Lang, current: Option<&str>) -> Markup {
    html! {
        p { a href=(format!("/docs/guide?lang={}", lang.code())) { (lang.pick("使用指南", "The guide")) } }
        @for part in PARTS {
            p.group { (lang.pick(part.zh, part.en)) }
            (links(part, lang, current))
        }
        p.group { a href=(format!("/docs?lang={}", lang.code())) { (lang.pick("接口说明", "The interface")) } }
    }
}

/// Links to a part's chapters; the one that is shown is marked.
fn links(part: &Part, lang: Lang, current: Option<&str>) -> Markup {
    html! {
        ul {
            @for chapter in part.chapters {
                li { a href=(chapter.address(lang)) aria-current=[(current == Some(chapter.name)).then_some("page")] { (chapter.title(lang)) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chapter_has_a_title_in_both_languages() {
        for chapter in all() {
            for lang in [Lang::Zh, Lang::En] {
                assert!(markdown::title(chapter.text(lang)).is_some(), "{}", chapter.name);
            }
        }
    }

    #[test]
    fn every_file_of_the_guide_is_a_chapter() {
        for folder in ["zh", "en"] {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/http/guide/").to_owned() + folder;
            let mut names: Vec<String> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            let mut expected: Vec<String> = all().map(|chapter| format!("{}.md", chapter.name)).collect();
            names.sort();
            expected.sort();
            assert_eq!(names, expected);
        }
    }
}

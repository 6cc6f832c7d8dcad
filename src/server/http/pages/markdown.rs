//! Markdown as HTML. HTML in it is shown as text, and links lead nowhere but within this server.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A whole text; its first heading is the page's.
pub fn blocks(text: &str) -> Markup {
    linked_blocks(text, |_| None)
}

/// The same, with links to other places where `lead` tells one for what stands in the text.
pub fn linked_blocks(text: &str, lead: impl Fn(&str) -> Option<String>) -> Markup {
    let led = |event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = lead(&dest_url).map_or(dest_url, CowStr::from);
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        event => event,
    };
    written(Parser::new_ext(text, Options::ENABLE_TABLES).map(led).map(harmless))
}

/// A text's first heading of the first level.
pub fn title(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("# "))
}

/// A sentence or two, without the paragraph around it.
pub fn inline(text: &str) -> Markup {
    let is_frame = |event: &Event<'_>| matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph));
    written(Parser::new(text).filter(|event| !is_frame(event)).map(harmless))
}

fn written<'a>(events: impl Iterator<Item = Event<'a>>) -> Markup {
    let mut out = String::new();
    html::push_html(&mut out, events);
    PreEscaped(out)
}

/// Raw HTML becomes text; addresses elsewhere, pictures and scripts lose their target.
fn harmless(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let dest_url = if is_ours(&dest_url) { dest_url } else { CowStr::Borrowed("#") };
            Event::Start(Tag::Link { link_type, dest_url, title, id })
        }
        Event::Start(Tag::Image { .. }) => Event::Start(Tag::Emphasis),
        Event::End(TagEnd::Image) => Event::End(TagEnd::Emphasis),
        event => event,
    }
}

fn is_ours(address: &str) -> bool {
    address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_is_shown_and_not_obeyed() {
        let html = blocks("a <script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n").into_string();
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn links_stay_on_this_server() {
        let html = blocks(
            "[a](javascript:alert(1)) [b](https://example.com) [c](//example.com) [d](/docs) ![e](http://example.com/x.png)",
        );
        let html = html.into_string();
        assert!(!html.contains("javascript") && !html.contains("example.com"), "{html}");
        assert!(html.contains(r##"<a href="#">a</a>"##) && html.contains(r#"<a href="/docs">d</a>"#), "{html}");
    }

    #[test]
    fn links_between_texts_are_led_to_their_pages_and_nowhere_else() {
        let lead = |target: &str| match target {
            "a.md" => Some("/pages/a".to_owned()),
            "b.md" => Some("https://example.com/b".to_owned()),
            _ => None,
        };
        let html = linked_blocks("[a](a.md) [b](b.md) [c](c.md)", lead).into_string();
        assert_eq!(html, "<p><a href=\"/pages/a\">a</a> <a href=\"#\">b</a> <a href=\"#\">c</a></p>\n");
    }

    #[test]
    fn a_sentence_has_no_paragraph_around_it() {
        assert_eq!(inline("a `b` c").into_string(), "a <code>b</code> c");
    }
}

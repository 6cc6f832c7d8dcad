//! Markdown as HTML. HTML in it is shown as text, and links lead nowhere but within this server.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// A whole text; its first heading is the page's.
pub fn blocks(text: &str) -> Markup {
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(harmless);
    written(events)
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
    fn a_sentence_has_no_paragraph_around_it() {
        assert_eq!(inline("a `b` c").into_string(), "a <code>b</code> c");
    }
}

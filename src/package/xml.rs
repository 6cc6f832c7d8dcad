//! A small tree of XML that is written back byte for byte where it wasn't touched.
//!
//! It never resolves entities of its own accord and refuses document types: what isn't understood is kept as it stands.

use std::io::{self, BufRead, Write};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::error::PackageError;
use super::reason::{self, Reason};
pub(super) use super::text::{allowed, escape_attr, escape_text, is_number, push_cell_text, push_formula, unescape};

/// How deep elements may nest.
const DEPTH_MAX: usize = 200;
/// How many nodes a tree may have; each takes some hundred bytes.
const NODES_MAX: u64 = 2_000_000;

/// A child of an element.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// An element with what is in it.
    Element(Element),
    /// Anything else, as it stands in the file: text, references, comments, CDATA; or markup that we made.
    Raw(String),
}

/// An element: its tag as it stands, and its children.
#[derive(Clone, Debug)]
pub(super) struct Element {
    tag: String,
    name_len: usize,
    /// Children, in order.
    pub children: Vec<Node>,
    /// Whether it was written as `<a></a>` although it is empty.
    open: bool,
}

/// A whole part.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// The declaration and what else stands before the root.
    pub before: String,
    /// The root element.
    pub root: Element,
    /// What stands behind the root.
    pub after: String,
}

/// An attribute's place in a tag: name, value and the whole with the space before it.
pub(super) struct Attribute {
    pub name: std::ops::Range<usize>,
    pub value: std::ops::Range<usize>,
    pub whole: std::ops::Range<usize>,
}

/// The attributes of a tag, in order; ends at the first thing that is none.
pub(super) struct Attributes<'t> {
    tag: &'t str,
    at: usize,
}

/// The attributes of a tag whose name is so long.
pub(super) fn attributes(tag: &str, from: usize) -> Attributes<'_> {
    Attributes { tag, at: from }
}

impl Iterator for Attributes<'_> {
    type Item = Attribute;

    fn next(&mut self) -> Option<Attribute> {
        let bytes = self.tag.as_bytes();
        let equals = self.at + bytes.get(self.at..)?.iter().position(|&byte| byte == b'=')?;
        let start = (self.at..equals).find(|&i| !bytes[i].is_ascii_whitespace())?;
        let end = (start..equals).rev().find(|&i| !bytes[i].is_ascii_whitespace())? + 1;
        let open = (equals + 1..bytes.len()).find(|&i| !bytes[i].is_ascii_whitespace())?;
        if bytes[open] != b'"' && bytes[open] != b'\'' {
            return None;
        }
        let close = open + 1 + bytes[open + 1..].iter().position(|&byte| byte == bytes[open])?;
        let whole = self.at..close + 1;
        self.at = close + 1;
        Some(Attribute { name: start..end, value: open + 1..close, whole })
    }
}

/// Whether the attributes of a tag are nothing but attributes. A quote too many may find its partner far behind, and that one's
/// partner may move when something is added between them.
fn has_sound_attributes(tag: &str, name_len: usize) -> bool {
    let mut attributes = attributes(tag, name_len);
    let is_sound = |a: Attribute| {
        let odd = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<');
        !tag[a.name].contains(odd) && !tag[a.value].contains('<')
    };
    attributes.by_ref().all(is_sound) && tag[attributes.at..].trim().is_empty()
}

/// The local part of a qualified name.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The raw value of an attribute of a tag, by its qualified name.
pub(super) fn tag_attr<'t>(tag: &'t str, name_len: usize, name: &str) -> Option<&'t str> {
    attributes(tag, name_len).find(|a| &tag[a.name.clone()] == name).map(|a| &tag[a.value])
}

impl Element {
    /// A new element; `attrs` are escaped here.
    pub(super) fn new(name: &str, attrs: &[(&str, &str)]) -> Element {
        let mut element = Element { tag: name.to_owned(), name_len: name.len(), children: Vec::new(), open: false };
        for (key, value) in attrs {
            element.set(key, value);
        }
        element
    }

    /// From an element's start tag.
    pub(super) fn from_start(start: &BytesStart<'_>) -> Element {
        Element { tag: start.to_string(), name_len: start.name().as_ref().len(), children: Vec::new(), open: true }
    }

    /// The tag as it stands between its brackets.
    pub(super) fn tag(&self) -> &str {
        &self.tag
    }

    /// The qualified name.
    pub(super) fn name(&self) -> &str {
        &self.tag[..self.name_len]
    }

    /// The name without its prefix.
    pub(super) fn local(&self) -> &str {
        local(self.name())
    }

    /// The prefix with its colon, or nothing.
    pub(super) fn prefix(&self) -> &str {
        self.name().rfind(':').map_or("", |colon| &self.name()[..=colon])
    }

    /// All attributes: qualified name and raw value.
    pub(super) fn attrs(&self) -> Vec<(&str, &str)> {
        attributes(&self.tag, self.name_len).map(|a| (&self.tag[a.name], &self.tag[a.value])).collect()
    }

    /// An attribute's value, unescaped, by its qualified name.
    pub(super) fn attr(&self, name: &str) -> Option<String> {
        tag_attr(&self.tag, self.name_len, name).map(|raw| unescape(raw).into_owned())
    }

    /// The first attribute with that local name, whatever its prefix.
    pub(super) fn attr_local(&self, name: &str) -> Option<String> {
        self.attrs()
            .into_iter()
            .find(|(key, _)| local(key) == name && !key.starts_with("xmlns"))
            .map(|(_, raw)| unescape(raw).into_owned())
    }

    /// Sets an attribute, in its place or at the end.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let escaped = escape_attr(value);
        let found = attributes(&self.tag, self.name_len).find(|a| &self.tag[a.name.clone()] == name);
        match found {
            Some(a) => {
                // The quote that stands there may be a single one, which `escape_attr` leaves alone.
                let quoted = format!("\"{escaped}\"");
                self.tag.replace_range(a.value.start - 1..a.value.end + 1, &quoted);
            }
            None => {
                let end = self.tag.trim_end().len();
                self.tag.insert_str(end, &format!(" {name}=\"{escaped}\""));
            }
        }
    }

    /// Removes an attribute.
    pub(super) fn unset(&mut self, name: &str) {
        let found = attributes(&self.tag, self.name_len).find(|a| &self.tag[a.name.clone()] == name);
        if let Some(a) = found {
            self.tag.replace_range(a.whole, "");
        }
    }

    /// The element children.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(Node::element)
    }

    /// The element children, to change.
    pub(super) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Element> {
        self.children.iter_mut().filter_map(|node| if let Node::Element(element) = node { Some(element) } else { None })
    }

    /// The first child of that local name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.elements().find(|element| element.local() == name)
    }

    /// The first child of that local name, to change.
    pub(super) fn child_mut(&mut self, name: &str) -> Option<&mut Element> {
        self.elements_mut().find(|element| element.local() == name)
    }

    /// Puts a child at the end.
    pub(super) fn push(&mut self, child: Element) {
        self.children.push(Node::Element(child));
    }

    /// Visits this element and all below it.
    pub(super) fn visit(&self, see: &mut impl FnMut(&Element)) {
        see(self);
        self.elements().for_each(|child| child.visit(see));
    }

    /// Visits this element and all below it, to change them.
    pub(super) fn visit_mut(&mut self, see: &mut impl FnMut(&mut Element)) {
        see(self);
        self.elements_mut().for_each(|child| child.visit_mut(see));
    }

    /// All text below, unescaped.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for node in &self.children {
            match node {
                Node::Element(element) => text.push_str(&element.text()),
                Node::Raw(raw) => push_text(raw, &mut text),
            }
        }
        text
    }

    /// Replaces all children by text.
    pub(super) fn set_text(&mut self, text: &str) {
        self.children = vec![Node::Raw(escape_text(text))];
    }

    /// Writes it as markup.
    pub(super) fn write(&self, out: &mut String) {
        out.push('<');
        if self.children.is_empty() && !self.open {
            out.extend([&self.tag, "/>"]);
            return;
        }
        // The space before the slash of an element that was empty goes with the slash.
        out.push_str(if self.open { &self.tag } else { self.tag.trim_end() });
        out.push('>');
        write_nodes(&self.children, out);
        out.push_str("</");
        out.push_str(self.name());
        out.push('>');
    }

    /// The markup.
    #[cfg(test)]
    pub(super) fn markup(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// The prefix bound to a namespace on this element, with its colon; `Some("")` for the default namespace.
    pub(super) fn prefix_of(&self, namespaces: &[&str]) -> Option<String> {
        self.attrs().into_iter().find(|(_, value)| namespaces.contains(value)).and_then(|(key, _)| {
            match key.strip_prefix("xmlns") {
                Some("") => Some(String::new()),
                Some(rest) => rest.strip_prefix(':').map(|prefix| format!("{prefix}:")),
                None => None,
            }
        })
    }
}

fn push_text(raw: &str, text: &mut String) {
    if let Some(cdata) = raw.strip_prefix("<![CDATA[") {
        text.push_str(cdata.strip_suffix("]]>").unwrap_or(cdata));
    } else if !raw.starts_with('<') {
        text.push_str(&unescape(raw));
    }
}

impl Node {
    /// The element, if it is one.
    pub(super) fn element(&self) -> Option<&Element> {
        if let Node::Element(element) = self { Some(element) } else { None }
    }
}

/// Writes nodes as markup.
pub(super) fn write_nodes(nodes: &[Node], out: &mut String) {
    for node in nodes {
        match node {
            Node::Element(element) => element.write(out),
            Node::Raw(raw) => out.push_str(raw),
        }
    }
}

/// Builds trees from events.
#[derive(Default)]
pub(super) struct Builder {
    stack: Vec<Element>,
    count: u64,
    /// What is complete.
    pub nodes: Vec<Node>,
}

impl Builder {
    /// Takes an event. False when it is an end tag that closes what was open before the builder began.
    pub(super) fn push(&mut self, event: &Event<'_>, part: &str) -> Result<bool, PackageError> {
        self.count += 1;
        if self.count > NODES_MAX {
            return Err(PackageError::TooLarge { limit: "nodes of a part", max: NODES_MAX });
        }
        if let Event::Start(start) | Event::Empty(start) = event
            && !has_sound_attributes(start, start.name().as_ref().len())
        {
            return Err(PackageError::unreadable(
                part,
                Reason::new("有标签的属性写法不正确", "the attributes of a tag are broken"),
            ));
        }
        match event {
            Event::Start(start) => {
                if self.stack.len() >= DEPTH_MAX {
                    return Err(PackageError::unreadable(part, reason::TOO_DEEP));
                }
                self.stack.push(Element::from_start(start));
            }
            Event::Empty(start) => {
                let mut element = Element::from_start(start);
                element.open = false;
                self.add(Node::Element(element));
            }
            Event::End(_) => match self.stack.pop() {
                Some(element) => self.add(Node::Element(element)),
                None => return Ok(false),
            },
            Event::DocType(_) => {
                return Err(PackageError::unreadable(part, reason::DOC_TYPE));
            }
            Event::Eof if self.stack.is_empty() => {}
            Event::Eof => return Err(PackageError::unreadable(part, reason::ENDS_EARLY)),
            other => {
                let mut raw = String::new();
                push_event(other, &mut raw);
                self.add(Node::Raw(raw));
            }
        }
        Ok(true)
    }

    /// Whether an element is open.
    pub(super) fn is_inside(&self) -> bool {
        !self.stack.is_empty()
    }

    fn add(&mut self, node: Node) {
        match self.stack.last_mut() {
            Some(parent) => parent.children.push(node),
            None => self.nodes.push(node),
        }
    }
}

/// Writes an event as it stood in the file.
pub(super) fn write_event<W: Write>(event: &Event<'_>, out: &mut W) -> io::Result<()> {
    let (before, after) = brackets(event);
    out.write_all(before.as_bytes())?;
    out.write_all(event.as_bytes())?;
    out.write_all(after.as_bytes())
}

/// Adds an event as it stood in the file.
pub(super) fn push_event(event: &Event<'_>, out: &mut String) {
    let (before, after) = brackets(event);
    out.extend([before, event, after]);
}

/// What stands around what an event holds.
fn brackets(event: &Event<'_>) -> (&'static str, &'static str) {
    match event {
        Event::Start(_) => ("<", ">"),
        Event::Empty(_) => ("<", "/>"),
        Event::End(_) => ("</", ">"),
        Event::Text(_) | Event::Eof => ("", ""),
        Event::CData(_) => ("<![CDATA[", "]]>"),
        Event::Comment(_) => ("<!--", "-->"),
        Event::Decl(_) | Event::PI(_) => ("<?", "?>"),
        Event::DocType(_) => ("<!DOCTYPE ", ">"),
        Event::GeneralRef(_) => ("&", ";"),
    }
}

/// A reader of events over a stream, set up for passing them through.
pub(super) fn reader<R: BufRead>(stream: R) -> Reader<R> {
    let mut reader = Reader::from_reader(stream);
    reader.config_mut().allow_dangling_amp = true;
    reader
}

/// The same as [`reader`] for a stream that begins within elements, whose end tags are still to come.
pub(super) fn reader_within<R: BufRead>(stream: R) -> Reader<R> {
    let mut reader = reader(stream);
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

/// Reads a whole part.
///
/// # Errors
/// Where it is no well-formed XML, has a document type, or nests too deeply.
pub(super) fn parse(text: &str, part: &str) -> Result<Document, PackageError> {
    let mut reader = reader(text.as_bytes());
    let mut builder = Builder::default();
    loop {
        let event = reader.read_event().map_err(|error| PackageError::parsing(part, &error))?;
        builder.push(&event, part)?;
        if matches!(event, Event::Eof) {
            break;
        }
    }
    let mut document = None;
    let mut before = if text.starts_with('\u{feff}') { String::from('\u{feff}') } else { String::new() };
    let mut after = String::new();
    for node in builder.nodes {
        match (node, &document) {
            (Node::Element(element), None) => document = Some(element),
            (Node::Element(_), Some(_)) => {
                return Err(PackageError::unreadable(part, Reason::new("有两个根元素", "it has two roots")));
            }
            (Node::Raw(raw), None) => before.push_str(&raw),
            (Node::Raw(raw), Some(_)) => after.push_str(&raw),
        }
    }
    let root = document.ok_or_else(|| PackageError::unreadable(part, Reason::new("是空的", "it is empty")))?;
    Ok(Document { before, root, after })
}

impl Document {
    /// A new part with that root.
    pub(super) fn with_root(root: Element) -> Document {
        Document {
            before: "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n".to_owned(),
            root,
            after: String::new(),
        }
    }

    /// The part's text.
    pub(super) fn markup(&self) -> String {
        let mut out = self.before.clone();
        self.root.write(&mut out);
        out.push_str(&self.after);
        out
    }
}

/// Puts an element among `children` (whose place is given by `rank`) in front of the first element that ranks after it; with
/// `first`, in front of those that rank the same, too. What is put there is an element, so that the next one sees its rank.
pub(super) fn insert_ranked(
    children: &mut Vec<Node>,
    element: Element,
    rank: usize,
    first: bool,
    rank_of: impl Fn(&Element) -> Option<usize>,
) {
    insert_all_ranked(children, vec![element], rank, first, rank_of);
}

/// The same for elements that rank the same, in their order.
pub(super) fn insert_all_ranked(
    children: &mut Vec<Node>,
    elements: Vec<Element>,
    rank: usize,
    first: bool,
    rank_of: impl Fn(&Element) -> Option<usize>,
) {
    let place = children.iter().position(|child| {
        child.element().and_then(&rank_of).is_some_and(|other| other > rank || (first && other == rank))
    });
    let behind_the_last =
        || children.iter().rposition(|child| child.element().is_some()).map_or(children.len(), |index| index + 1);
    let place = place.unwrap_or_else(behind_the_last);
    children.splice(place..place, elements.into_iter().map(Node::Element));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_of_which_the_quotes_do_not_pair_is_refused() {
        for text in ["<a><b c=\"d e=\"f\"/><b g=\"h\"/></a>", "<a b=c/>", "<a b/>", "<a b=\"<\"/>"] {
            let error = parse(text, "xl/styles.xml").expect_err(text).to_string();
            assert!(error.contains("xl/styles.xml"), "{error}");
        }
    }

    #[test]
    fn what_is_not_touched_comes_back_byte_for_byte() {
        for text in [
            "\u{feff}<?xml version='1.0'?>\r\n<a  b = 'c&#10;d' x:e=\"f>g\" ><!-- h --><i /><j></j>k &amp; l<![CDATA[<m>]]></a>\n<!-- n -->",
            "<x:a xmlns:x='u'><?pi some?><x:b/></x:a>",
        ] {
            assert_eq!(parse(text, "t").expect("parses").markup(), text);
        }
    }

    #[test]
    fn attributes_are_changed_in_place() {
        let mut a = parse("<a b = 'c' d=\"e\" />", "t").expect("parses").root;
        a.set("b", "<\"'>");
        a.set("z", "1");
        a.unset("d");
        assert_eq!(a.markup(), "<a b = \"&lt;&quot;'&gt;\" z=\"1\" />");
        assert_eq!(a.attr("b").as_deref(), Some("<\"'>"));
    }

    #[test]
    fn an_empty_element_that_is_filled_has_no_space_left_behind_its_name() {
        let mut a = parse("<a />", "t").expect("parses").root;
        a.set_text("b");
        assert_eq!(a.markup(), "<a>b</a>");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let deep = "<a>".repeat(100_000);
        for text in [
            "",
            "<a>",
            "<a/><b/>",
            "<a></b>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            deep.as_str(),
            "<a b='",
            "< <",
        ] {
            assert!(parse(text, "t").is_err(), "{}", &text[..text.len().min(40)]);
        }
    }
}

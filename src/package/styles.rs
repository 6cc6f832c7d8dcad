//! The styles part: formats are appended, and an equal one that is there already is taken instead.

use std::collections::HashMap;

use super::edit::{Look, Rgb};
use super::error::PackageError;
use super::fills::Was;
use super::workbook::STRICT_MAIN;
use super::xml::{self, Document, Element};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// The children of a style sheet, in the order in which they have to stand.
const ORDER: [&str; 11] = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];
/// The first number that a format of one's own may have.
const OWN_FORMAT: u32 = 164;

/// Number formats that every program has built in, by their code.
const BUILT_IN: [(&str, u32); 12] = [
    ("General", 0),
    ("0", 1),
    ("0.00", 2),
    ("#,##0", 3),
    ("#,##0.00", 4),
    ("0%", 9),
    ("0.00%", 10),
    ("0.00E+00", 11),
    ("mm-dd-yy", 14),
    ("h:mm:ss", 21),
    ("m/d/yy h:mm", 22),
    ("@", 49),
];

/// A list of formats: what is there, by content.
#[derive(Default)]
struct Pool {
    by_content: HashMap<String, u32>,
    count: u32,
    grown: bool,
}

/// The styles of a workbook, growing.
pub(super) struct Styles {
    document: Document,
    pools: HashMap<&'static str, Pool>,
    formats: HashMap<String, u32>,
    next_format: u32,
}

/// The content of an element in a form that doesn't depend on prefixes, the order of attributes or spaces.
fn content(element: &Element, out: &mut String) {
    out.push('<');
    out.push_str(element.local());
    let mut attrs = element.attrs();
    attrs.sort_unstable();
    for (name, value) in attrs.into_iter().filter(|(name, _)| !name.starts_with("xmlns")) {
        out.push(' ');
        out.push_str(xml::local(name));
        out.push('=');
        out.push_str(value);
    }
    element.elements().for_each(|child| content(child, out));
    out.push('>');
}

fn key_of(element: &Element) -> String {
    let mut key = String::new();
    content(element, &mut key);
    key
}

/// The same element with another prefix, and without declarations of its own.
fn reprefixed(element: &Element, prefix: &str) -> Element {
    let mut copy = Element::new(&format!("{prefix}{}", element.local()), &[]);
    for (name, value) in element.attrs().into_iter().filter(|(name, _)| !name.contains(':') && *name != "xmlns") {
        copy.set(name, &xml::unescape(value));
    }
    element.elements().for_each(|child| copy.push(reprefixed(child, prefix)));
    copy
}

impl Styles {
    /// Reads the styles; a workbook without any gets the least that is needed.
    pub(super) fn read(text: Option<String>, part: &str, strict: bool) -> Result<Styles, PackageError> {
        let text = text.unwrap_or_else(|| default_styles(strict));
        let document = xml::parse(&text, part)?;
        let mut styles = Styles { document, pools: HashMap::new(), formats: HashMap::new(), next_format: OWN_FORMAT };
        for name in ["fonts", "fills", "borders", "cellXfs", "dxfs"] {
            styles.pools.insert(name, Pool::of(styles.document.root.child(name)));
        }
        styles.read_formats();
        styles.need_defaults();
        Ok(styles)
    }

    fn read_formats(&mut self) {
        let Some(formats) = self.document.root.child("numFmts") else {
            return;
        };
        for format in formats.elements() {
            let Some(id) = format.attr("numFmtId").and_then(|id| id.parse::<u32>().ok()) else {
                continue;
            };
            self.next_format = self.next_format.max(id.saturating_add(1).min(u32::from(u16::MAX)));
            self.formats.entry(format.attr("formatCode").unwrap_or_default()).or_insert(id);
        }
    }

    /// A style sheet may lack what the first format refers to.
    fn need_defaults(&mut self) {
        let none = "<fill><patternFill patternType=\"none\"/></fill>";
        let gray = "<fill><patternFill patternType=\"gray125\"/></fill>";
        let defaults: [(&'static str, u32, &str); 5] = [
            ("fonts", 0, "<font><sz val=\"11\"/><name val=\"Calibri\"/></font>"),
            ("fills", 0, none),
            ("fills", 1, gray),
            ("borders", 0, "<border><left/><right/><top/><bottom/><diagonal/></border>"),
            ("cellXfs", 0, "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"),
        ];
        for (pool, index, markup) in defaults {
            if self.pools.get(pool).is_none_or(|pool| pool.count == index) {
                self.append_markup(pool, markup);
            }
        }
    }

    fn append_markup(&mut self, pool: &'static str, markup: &str) -> u32 {
        match xml::parse(markup, "a style") {
            Ok(document) => self.intern(pool, &document.root),
            Err(_) => 0,
        }
    }

    fn container(&mut self, name: &str) -> Option<&mut Element> {
        if self.document.root.child(name).is_none() {
            let element = Element::new(&format!("{}{name}", self.document.root.prefix()), &[]);
            let rank = |element: &Element| ORDER.iter().position(|other| *other == element.local());
            let place = ORDER.iter().position(|other| *other == name).unwrap_or(ORDER.len());
            xml::insert_ranked(&mut self.document.root.children, element, place, false, rank);
        }
        self.document.root.child_mut(name)
    }

    /// The number of a format like this one in its list, appended where there is none.
    fn intern(&mut self, pool: &'static str, element: &Element) -> u32 {
        let mut key = String::new();
        content(element, &mut key);
        let known = self.pools.entry(pool).or_default();
        if let Some(&index) = known.by_content.get(&key) {
            return index;
        }
        let index = known.count;
        known.by_content.insert(key, index);
        known.count += 1;
        known.grown = true;
        let copy = reprefixed(element, self.document.root.prefix());
        if let Some(container) = self.container(pool) {
            container.push(copy);
        }
        index
    }

    /// The number of a number format.
    pub(super) fn number_format(&mut self, code: &str) -> u32 {
        if let Some((_, id)) = BUILT_IN.iter().find(|(other, _)| *other == code) {
            return *id;
        }
        if let Some(&id) = self.formats.get(code) {
            return id;
        }
        let id = self.next_format;
        self.next_format = id.saturating_add(1);
        self.formats.insert(code.to_owned(), id);
        let name = format!("{}numFmt", self.document.root.prefix());
        let element = Element::new(&name, &[("numFmtId", &id.to_string()), ("formatCode", code)]);
        if let Some(container) = self.container("numFmts") {
            container.push(element);
        }
        self.pools.entry("numFmts").or_default().grown = true;
        id
    }

    /// The differential format of a mark.
    pub(super) fn mark(&mut self, fill: Rgb, text: Rgb) -> u32 {
        let markup = format!(
            "<dxf><font><color rgb=\"FF{:06X}\"/></font><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{:06X}\"/>\
             <bgColor rgb=\"FF{:06X}\"/></patternFill></fill></dxf>",
            text.0 & 0xff_ffff,
            fill.0 & 0xff_ffff,
            fill.0 & 0xff_ffff
        );
        self.append_markup("dxfs", &markup)
    }

    /// The cell format of a look, the format of the cell that it is like being given; none for the default.
    pub(super) fn look(&mut self, look: &Look, like: Option<u32>) -> Option<u32> {
        let base = like.unwrap_or(0);
        if look.number_format.is_none() && look.fill.is_none() {
            return like.filter(|&index| index > 0);
        }
        let mut xf = self.nth("cellXfs", base).or_else(|| self.nth("cellXfs", 0))?;
        xf.unset("quotePrefix");
        xf.children.retain(|node| node.element().is_none_or(|e| e.local() != "extLst"));
        if let Some(code) = &look.number_format {
            let id = self.number_format(code).to_string();
            if xf.attr("numFmtId").as_ref() != Some(&id) {
                xf.set("numFmtId", &id);
                xf.set("applyNumberFormat", "1");
            }
        }
        if let Some(fill) = look.fill {
            let id = self.solid_fill(fill);
            xf.set("fillId", &id.to_string());
            xf.set("applyFill", "1");
        }
        Some(self.intern("cellXfs", &xf))
    }

    /// Whether a cell format has a solid fill of that colour.
    pub(super) fn has_fill(&self, style: u32, colour: Rgb) -> bool {
        let colour = format!("{:06X}", colour.0 & 0xff_ffff);
        let fill = self.nth("cellXfs", style).and_then(|xf| self.fill_of(&xf));
        let pattern = fill.as_ref().and_then(|fill| fill.child("patternFill"));
        let is_solid = |pattern: &&Element| pattern.attr("patternType").is_some_and(|kind| kind == "solid");
        let rgb = pattern.filter(is_solid).and_then(|pattern| pattern.child("fgColor")?.attr("rgb"));
        rgb.is_some_and(|rgb| rgb.to_uppercase().ends_with(&colour))
    }

    fn fill_of(&self, xf: &Element) -> Option<Element> {
        let index = xf.attr("fillId").and_then(|id| id.parse().ok()).unwrap_or(0);
        self.nth("fills", index)
    }

    /// The cell format that is like another but for its fill, and how to go back.
    pub(super) fn filled(&mut self, base: u32, colour: Rgb) -> (u32, Was) {
        let xf = self.nth("cellXfs", base).or_else(|| self.nth("cellXfs", 0));
        let mut xf = xf.unwrap_or_else(|| Element::new("xf", &[]));
        let mut fill = String::new();
        if let Some(element) = self.fill_of(&xf) {
            reprefixed(&element, "").write(&mut fill);
        }
        let was = Was { ours: colour.0 & 0xff_ffff, style: base, made: false, apply: xf.attr("applyFill"), fill };
        let id = self.solid_fill(colour);
        xf.set("fillId", &id.to_string());
        xf.set("applyFill", "1");
        (self.intern("cellXfs", &xf), was)
    }

    /// The cell format that a filled one was before.
    pub(super) fn unfilled(&mut self, style: u32, was: &Was) -> u32 {
        let Some(mut xf) = self.nth("cellXfs", style) else { return was.style };
        let fill = if was.fill.is_empty() { 0 } else { self.append_markup("fills", &was.fill) };
        xf.set("fillId", &fill.to_string());
        match &was.apply {
            Some(apply) => xf.set("applyFill", apply),
            None => xf.unset("applyFill"),
        }
        // The format from before still stands under its number, unless somebody has renumbered them.
        if let Some(mut old) = self.nth("cellXfs", was.style) {
            let same_fill = self.fill_of(&old).as_ref().map(key_of) == self.nth("fills", fill).as_ref().map(key_of);
            old.set("fillId", &fill.to_string());
            if same_fill && key_of(&old) == key_of(&xf) {
                return was.style;
            }
        }
        self.intern("cellXfs", &xf)
    }

    fn solid_fill(&mut self, fill: Rgb) -> u32 {
        let rgb = fill.0 & 0xff_ffff;
        let markup = format!(
            "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{rgb:06X}\"/><bgColor indexed=\"64\"/></patternFill></fill>"
        );
        self.append_markup("fills", &markup)
    }

    fn nth(&self, pool: &str, index: u32) -> Option<Element> {
        self.document.root.child(pool)?.elements().nth(index as usize).cloned()
    }

    /// Takes over all formats of another style sheet; gives their new numbers.
    pub(super) fn adopt(&mut self, text: &str, part: &str) -> Result<Mapping, PackageError> {
        let other = xml::parse(text, part)?;
        let formats = self.adopt_formats(&other.root);
        let lists = ["fonts", "fills", "borders"].map(|pool| self.adopt_list(&other.root, pool));
        let mut mapping = Mapping::default();
        for xf in other.root.child("cellXfs").into_iter().flat_map(Element::elements) {
            let mut xf = xf.clone();
            renumber(&mut xf, "numFmtId", &formats);
            for (attribute, list) in ["fontId", "fillId", "borderId"].into_iter().zip(&lists) {
                let index = xf.attr(attribute).and_then(|id| id.parse::<usize>().ok()).unwrap_or(0);
                xf.set(attribute, &list.get(index).copied().unwrap_or(0).to_string());
            }
            xf.set("xfId", "0");
            mapping.cells.push(self.intern("cellXfs", &xf));
        }
        for dxf in other.root.child("dxfs").into_iter().flat_map(Element::elements) {
            let mut dxf = dxf.clone();
            if let Some(format) = dxf.child_mut("numFmt") {
                renumber(format, "numFmtId", &formats);
            }
            mapping.differential.push(self.intern("dxfs", &dxf));
        }
        Ok(mapping)
    }

    fn adopt_list(&mut self, root: &Element, pool: &'static str) -> Vec<u32> {
        root.child(pool).into_iter().flat_map(Element::elements).map(|element| self.intern(pool, element)).collect()
    }

    fn adopt_formats(&mut self, root: &Element) -> HashMap<String, u32> {
        let mut map = HashMap::new();
        for format in root.child("numFmts").into_iter().flat_map(Element::elements) {
            if let (Some(id), Some(code)) = (format.attr("numFmtId"), format.attr("formatCode")) {
                map.insert(id, self.number_format(&code));
            }
        }
        map
    }

    /// The part's text.
    pub(super) fn finish(mut self) -> String {
        for name in ORDER {
            if !self.pools.get(name).is_some_and(|pool| pool.grown) {
                continue;
            }
            if let Some(container) = self.document.root.child_mut(name) {
                let count = container.elements().count();
                container.set("count", &count.to_string());
            }
        }
        self.document.markup()
    }
}

impl Pool {
    fn of(container: Option<&Element>) -> Pool {
        let mut pool = Pool::default();
        for element in container.into_iter().flat_map(Element::elements) {
            let mut key = String::new();
            content(element, &mut key);
            pool.by_content.entry(key).or_insert(pool.count);
            pool.count += 1;
        }
        pool
    }
}

fn renumber(element: &mut Element, attribute: &str, map: &HashMap<String, u32>) {
    if let Some(new) = element.attr(attribute).and_then(|old| map.get(&old)) {
        element.set(attribute, &new.to_string());
    }
}

/// The numbers that the formats of an adopted style sheet got.
#[derive(Default)]
pub(super) struct Mapping {
    cells: Vec<u32>,
    differential: Vec<u32>,
}

impl Mapping {
    /// The number of a cell format; the default where there is none.
    pub(super) fn cell(&self, index: &str) -> u32 {
        index.parse::<usize>().ok().and_then(|index| self.cells.get(index)).copied().unwrap_or(0)
    }

    /// The number of a differential format.
    pub(super) fn differential(&self, index: &str) -> Option<u32> {
        index.parse::<usize>().ok().and_then(|index| self.differential.get(index)).copied()
    }
}

fn default_styles(strict: bool) -> String {
    let namespace = if strict { STRICT_MAIN } else { MAIN };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<styleSheet xmlns=\"{namespace}\">\
         <fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>\
         <dxfs count=\"0\"/></styleSheet>"
    )
}

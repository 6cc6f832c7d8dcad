//! Which templates there are: the whole workbook, a programme's sheets, one sheet.

use dealerbook_base::lang::Lang;
use dealerbook_engine::schema::{Programme, Recognised, Schemas, nearest, normalise};

/// The name of the template with every sheet,
const WORKBOOK: &str = "workbook";
/// and another for it.
const ALL: &str = "all";

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its name.
    pub name: String,
    /// Whether it has a cover.
    pub cover: bool,
    /// Its sheets, by their indices in the schemas.
    pub sheets: Vec<usize>,
    titles: (String, String),
}

/// There is no template of this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchTemplate {
    /// The one that may be meant.
    pub nearest: Option<String>,
    /// Those that there are.
    pub names: Vec<String>,
}

impl Template {
    /// The title in the language of the reader.
    pub fn title(&self, lang: Lang) -> &str {
        lang.pick(&self.titles.0, &self.titles.1)
    }

    /// What the file is called: 经销商档案-模板.xlsx
    pub fn file_name(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => format!("{}-模板.xlsx", self.titles.0),
            Lang::En => format!("{}-template.xlsx", self.titles.1),
        }
    }
}

/// The names of all templates: the whole workbook, the programmes that need several sheets, the cover, the sheets.
///
/// A name that is both a programme's and a sheet's is the sheet.
pub fn names(schemas: &Schemas) -> Vec<String> {
    let programmes = schemas.programmes.iter().filter(|p| schemas.index(&p.name).is_none()).map(|p| p.name.as_str());
    let sheets = [schemas.cover.name.as_str()].into_iter().chain(schemas.resources.iter().map(|r| r.name.as_str()));
    [WORKBOOK].into_iter().chain(programmes).chain(sheets).map(str::to_owned).collect()
}

/// The template of a name; sheets are known by their titles and aliases as well.
///
/// # Errors
///
/// [`NoSuchTemplate`] with the nearest name and all others.
pub fn find(schemas: &Schemas, name: &str) -> Result<Template, NoSuchTemplate> {
    let requested = normalise(name);
    if requested == WORKBOOK || requested == ALL || requested == normalise(&schemas.title) {
        return Ok(whole(schemas));
    }
    if let Some(sheet) = schemas.recognise(name) {
        return Ok(of_sheet(schemas, sheet));
    }
    let is_called = |p: &&Programme| [&p.name, &p.title].into_iter().any(|known| normalise(known) == requested);
    match schemas.programmes.iter().find(is_called) {
        Some(programme) => Ok(of_programme(schemas, programme)),
        None => Err(no_such(schemas, name)),
    }
}

fn whole(schemas: &Schemas) -> Template {
    Template {
        name: WORKBOOK.to_owned(),
        cover: true,
        sheets: (0..schemas.resources.len()).collect(),
        titles: (schemas.title.clone(), schemas.title_en.clone()),
    }
}

fn of_sheet(schemas: &Schemas, sheet: Recognised) -> Template {
    match sheet {
        Recognised::Cover => Template {
            name: schemas.cover.name.clone(),
            cover: true,
            sheets: Vec::new(),
            titles: (schemas.cover.title.clone(), schemas.cover.title_en.clone()),
        },
        Recognised::Table(index) => {
            let resource = &schemas.resources[index];
            let titles = (resource.title.clone(), resource.title_en.clone());
            Template { name: resource.name.clone(), cover: false, sheets: vec![index], titles }
        }
    }
}

/// The cover and everything that the programme reads, in the order of the schemas.
fn of_programme(schemas: &Schemas, programme: &Programme) -> Template {
    let read: Vec<&String> = programme.needs.iter().chain(&programme.any_of).chain(&programme.uses).collect();
    let sheets = (0..schemas.resources.len()).filter(|index| read.contains(&&schemas.resources[*index].name));
    let titles = (programme.title.clone(), programme.title_en.clone());
    Template { name: programme.name.clone(), cover: true, sheets: sheets.collect(), titles }
}

fn no_such(schemas: &Schemas, name: &str) -> NoSuchTemplate {
    let names = names(schemas);
    let known = names.iter().map(String::as_str).chain([ALL]);
    let near = nearest(name, known).map(str::to_owned);
    // A sheet's title that is misspelt leads to the name of the sheet.
    let by_title = || {
        let sheet = schemas.recognise(schemas.nearest_sheet(name)?)?;
        Some(of_sheet(schemas, sheet).name)
    };
    NoSuchTemplate { nearest: near.or_else(by_title), names }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_known_by_the_name_of_a_sheet_a_programme_or_the_workbook() {
        let schemas = Schemas::embedded().unwrap();
        let sheets = |name: &str| find(&schemas, name).map(|t| t.sheets.len());
        let all = schemas.resources.len();
        assert_eq!((sheets("workbook"), sheets("all"), sheets("Workbook")), (Ok(all), Ok(all), Ok(all)));
        assert_eq!((sheets("assessment"), sheets("年度考核")), (Ok(4), Ok(4)));
        assert_eq!((sheets("stock"), sheets("进销存"), sheets("cover")), (Ok(1), Ok(1), Ok(0)));
        assert!(names(&schemas).iter().all(|name| find(&schemas, name).is_ok_and(|t| t.name == *name)));
    }

    #[test]
    fn an_unknown_name_leads_to_the_nearest() {
        let schemas = Schemas::embedded().unwrap();
        let nearest = |name: &str| find(&schemas, name).unwrap_err().nearest;
        assert_eq!(nearest("dealer").as_deref(), Some("dealers"));
        assert_eq!(nearest("违规纪录").as_deref(), Some("violations"));
        assert_eq!(nearest("zzzzzzzz"), None);
    }
}

//! A token that somebody asks for: checked whole, with all its faults at once.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use strum::IntoEnumIterator;

use super::{COMMAND_LINE, FIRST_START};
use dealerbook_base::clock;
use dealerbook_base::key::{self, Key};
use dealerbook_base::lang::Lang;
use dealerbook_base::names::Look;
use dealerbook_store::{ADMIN, NewToken, Role, Whose};

const NAME_CHARS_MAX: usize = 64;
const REGION_CHARS_MAX: usize = 64;
const REGIONS_MAX: usize = 200;
const DAYS_MAX: u16 = 3660;

/// What is asked for, as it was said.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whose it is to be, where they have no account yet.
    pub name: String,
    /// The id of the account whose it is to be, in the place of a name.
    pub person: Option<String>,
    /// The role.
    pub role: String,
    /// The only regions that it is to be for.
    pub regions: Vec<String>,
    /// The last day that it is to be good for, or so many days: `2008-12-31`, `90d`.
    pub expires: Option<String>,
}

/// A token that may be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// The id of the account whose it is to be; else an account is opened for the name.
    pub person: Option<String>,
    /// What it is to be.
    pub new: NewToken,
}

impl Sound {
    /// Returns whose it is to be.
    pub fn whose(&self) -> Whose<'_> {
        self.person.as_deref().map_or(Whose::New(&self.new.name), Whose::Known)
    }
}

/// Why a token isn't made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedFault {
    /// It says nothing that could be read: JSON's own words.
    NotAnObject(String),
    /// A member that isn't known.
    UnknownMember(String),
    /// A member that isn't what it must be: a text, or a list of texts.
    WrongType(&'static str),
    /// No name.
    NameMissing,
    /// A name that is too long, or has characters that don't show.
    NameUnfit,
    /// A name that the service uses itself, or one that looks like it.
    NameReserved,
    /// A name beside an account, which has one.
    NameOfAccount,
    /// The administrator's account, whose tokens are made otherwise.
    PersonReserved,
    /// No role.
    RoleMissing,
    /// No such role.
    RoleUnknown(String),
    /// Regions for a role that sees all of them.
    RegionsOfOtherRole(Role),
    /// A region that is empty, too long, or has characters that don't show.
    RegionUnfit(usize),
    /// More regions than a token may have.
    RegionsTooMany,
    /// Neither a day nor a number of days.
    ExpiresUnread(String),
    /// A day that is over.
    ExpiresPast(String),
}

impl Wanted {
    /// The token that is to be made.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn check(self, now: Timestamp) -> Result<Sound, Vec<WantedFault>> {
        let mut faults = Vec::new();
        let mut note = |fault: WantedFault| faults.push(fault);
        let name = key::visible(&self.name).into_owned();
        let person = self.person.map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        match &person {
            None => name_fault(&name).map(&mut note),
            Some(id) if id == ADMIN => Some(WantedFault::PersonReserved).map(&mut note),
            Some(_) => Some(WantedFault::NameOfAccount).filter(|_| !name.is_empty()).map(&mut note),
        };
        let role = role(self.role.trim()).map_err(&mut note).ok();
        region_faults(&self.regions, role).into_iter().for_each(&mut note);
        let regions = self.regions.iter().map(|region| Key::new(region)).collect();
        let expires = self.expires.as_deref().map(str::trim);
        let expires_at = expires.map(|expires| expiry(expires, now)).transpose().map_err(&mut note).ok().flatten();
        match role {
            Some(role) if faults.is_empty() => Ok(Sound { person, new: NewToken { name, role, regions, expires_at } }),
            _ => Err(faults),
        }
    }
}

fn name_fault(name: &str) -> Option<WantedFault> {
    let look = Look::of(name);
    match name {
        _ if look.is_empty() => Some(WantedFault::NameMissing),
        _ if !is_fit(name, NAME_CHARS_MAX) => Some(WantedFault::NameUnfit),
        _ if [ADMIN, COMMAND_LINE, FIRST_START].iter().any(|own| Look::of(own).is_like(&look)) => {
            Some(WantedFault::NameReserved)
        }
        _ => None,
    }
}

fn role(role: &str) -> Result<Role, WantedFault> {
    match role {
        "" => Err(WantedFault::RoleMissing),
        role => role.parse().map_err(|_| WantedFault::RoleUnknown(role.to_owned())),
    }
}

fn region_faults(regions: &[String], role: Option<Role>) -> Vec<WantedFault> {
    match role {
        Some(role) if role != Role::Sales && !regions.is_empty() => vec![WantedFault::RegionsOfOtherRole(role)],
        _ if regions.len() > REGIONS_MAX => vec![WantedFault::RegionsTooMany],
        _ => {
            let unfit = |region: &str| Key::new(region).is_empty() || !is_fit(region.trim(), REGION_CHARS_MAX);
            let unfit = regions.iter().enumerate().filter(|(_, region)| unfit(region));
            unfit.map(|(at, _)| WantedFault::RegionUnfit(at)).collect()
        }
    }
}

fn is_fit(text: &str, chars_max: usize) -> bool {
    text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}

/// The moment from which on the token is void. A day counts to its end, in UTC.
fn expiry(text: &str, now: Timestamp) -> Result<String, WantedFault> {
    let unread = || WantedFault::ExpiresUnread(text.chars().take(NAME_CHARS_MAX).collect());
    let at = match text.strip_suffix(['d', '天']) {
        Some(days) => {
            let days: u16 = days.trim().parse().ok().filter(|days| *days <= DAYS_MAX).ok_or_else(unread)?;
            now + SignedDuration::from_hours(24 * i64::from(days))
        }
        None => {
            let day = Date::strptime("%Y-%m-%d", text).ok().filter(|_| text.len() == 10);
            let next = day.and_then(|day| day.tomorrow().ok()).and_then(|day| day.to_zoned(TimeZone::UTC).ok());
            next.ok_or_else(unread)?.timestamp()
        }
    };
    if at <= now {
        return Err(WantedFault::ExpiresPast(text.to_owned()));
    }
    Ok(clock::text(at))
}

impl WantedFault {
    /// Where it stands in a request, as a JSON Pointer.
    pub fn pointer(&self) -> String {
        match self {
            WantedFault::NotAnObject(_) => String::new(),
            WantedFault::UnknownMember(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            WantedFault::WrongType(name) => format!("/{name}"),
            WantedFault::NameMissing
            | WantedFault::NameUnfit
            | WantedFault::NameReserved
            | WantedFault::NameOfAccount => "/name".to_owned(),
            WantedFault::PersonReserved => "/person".to_owned(),
            WantedFault::RoleMissing | WantedFault::RoleUnknown(_) => "/role".to_owned(),
            WantedFault::RegionsOfOtherRole(_) | WantedFault::RegionsTooMany => "/regions".to_owned(),
            WantedFault::RegionUnfit(at) => format!("/regions/{at}"),
            WantedFault::ExpiresUnread(_) | WantedFault::ExpiresPast(_) => "/expires".to_owned(),
        }
    }

    /// What is wrong, in a sentence.
    pub fn detail(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            WantedFault::NotAnObject(cause) => {
                (format!("请求正文不是 JSON 对象：{cause}。"), format!("The body is no JSON object: {cause}."))
            }
            WantedFault::UnknownMember(name) => {
                (format!("没有“{name}”这一项。"), format!("There is no member `{name}`."))
            }
            WantedFault::WrongType("regions") => {
                ("regions 不是文本列表。".to_owned(), "`regions` is no list of texts.".to_owned())
            }
            WantedFault::WrongType(name) => (format!("{name} 不是文本。"), format!("`{name}` is no text.")),
            WantedFault::NameMissing => ("没有姓名。".to_owned(), "There is no name.".to_owned()),
            WantedFault::NameUnfit => (
                format!("姓名超过 {NAME_CHARS_MAX} 个字符，或含有控制字符。"),
                format!("The name has more than {NAME_CHARS_MAX} characters, or some that don't show."),
            ),
            WantedFault::NameReserved => (
                "这个名称由服务自己使用，或与之相似。".to_owned(),
                "The service uses this name, or one that looks like it, itself.".to_owned(),
            ),
            WantedFault::NameOfAccount => (
                "同时填写了 name 和 person；账户已有姓名。".to_owned(),
                "There is a `name` beside `person`, whose account has one.".to_owned(),
            ),
            WantedFault::PersonReserved => {
                ("admin 是服务自己的管理员账户。".to_owned(), "`admin` is the service's own administrator.".to_owned())
            }
            WantedFault::RoleMissing => ("没有角色。".to_owned(), "There is no role.".to_owned()),
            WantedFault::RoleUnknown(role) => (format!("没有角色“{role}”。"), format!("There is no role `{role}`.")),
            WantedFault::RegionsOfOtherRole(role) => (
                format!("角色 {} 不能限定区域。", role.as_str()),
                format!("The role {} can't be limited to regions.", role.as_str()),
            ),
            WantedFault::RegionUnfit(_) => (
                format!("区域为空、超过 {REGION_CHARS_MAX} 个字符，或含有控制字符。"),
                format!("The region is empty, has more than {REGION_CHARS_MAX} characters, or some that don't show."),
            ),
            WantedFault::RegionsTooMany => {
                (format!("区域多于 {REGIONS_MAX} 个。"), format!("There are more than {REGIONS_MAX} regions."))
            }
            WantedFault::ExpiresUnread(text) => (
                format!("“{text}”既不是日期，也不是天数。"),
                format!("`{text}` is neither a day nor a number of days."),
            ),
            WantedFault::ExpiresPast(text) => (format!("“{text}”已经过去。"), format!("`{text}` is over.")),
        };
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// What to do about it, in a sentence.
    pub fn remedy(&self, lang: Lang) -> String {
        let (zh, en) = match self {
            WantedFault::NotAnObject(_) => (
                r#"请发送 JSON，例如 {"name": "王芳", "role": "sales"}。"#,
                r#"Send JSON such as {"name": "Wang Fang", "role": "sales"}."#,
            ),
            WantedFault::UnknownMember(_) => (
                "可用的项：name、person、role、regions、expires。",
                "Those that there are: name, person, role, regions, expires.",
            ),
            WantedFault::WrongType("regions") => {
                (r#"例如 "regions": ["涪陵", "巫溪"]。"#, r#"Such as "regions": ["Fuling", "Wuxi"]."#)
            }
            WantedFault::WrongType(_) => ("请给出文本。", "Make it a text."),
            WantedFault::NameMissing => (
                "请在 name 中写明令牌归谁使用；此人已有账户的，改用 person 填写账户编号。",
                "Say in `name` whose the token is, or, where they have an account, give its id as `person`.",
            ),
            WantedFault::NameUnfit => ("请缩短或改正姓名。", "Shorten or correct it."),
            WantedFault::NameReserved => ("请换一个姓名。", "Choose another name."),
            WantedFault::NameOfAccount => (
                "为已有的人员再发令牌只填 person，为新人员只填 name。",
                "Give `person` alone for somebody who has an account, `name` alone for somebody new.",
            ),
            WantedFault::PersonReserved => (
                "请为管理员本人填写姓名，发放角色为 admin 的令牌；或在服务器上运行 dealerbook token --new。",
                "Make a token of the role `admin` for a person by `name`; or run `dealerbook token --new` on the server.",
            ),
            WantedFault::RoleMissing | WantedFault::RoleUnknown(_) => {
                let roles = Role::iter().map(Role::as_str).collect::<Vec<_>>();
                return match lang {
                    Lang::Zh => format!("可用的角色：{}。", roles.join("、")),
                    Lang::En => format!("Those that there are: {}.", roles.join(", ")),
                };
            }
            WantedFault::RegionsOfOtherRole(_) => {
                ("请去掉区域，或使用角色 sales。", "Leave the regions out, or take the role sales.")
            }
            WantedFault::RegionUnfit(_) => {
                ("请按经销商档案中“区域”的写法填写。", "Write it as it stands in the dealers sheet.")
            }
            WantedFault::RegionsTooMany => ("请只列出需要的区域。", "List only those that are needed."),
            WantedFault::ExpiresUnread(_) => (
                "请写最后有效日（如 2008-12-31）或天数（如 90d，最多 3660d）；长期有效则省略。",
                "Give the last day (2008-12-31) or a number of days (90d, at most 3660d); leave it out for a token that stays.",
            ),
            WantedFault::ExpiresPast(_) => ("请写将来的日期。", "Give a day to come."),
        };
        lang.pick(zh, en).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2008-01-31T08:00:00Z".parse().unwrap()
    }

    fn wanted(name: &str, role: &str, regions: &[&str], expires: Option<&str>) -> Wanted {
        let regions = regions.iter().map(|region| (*region).to_owned()).collect();
        Wanted {
            name: name.to_owned(),
            person: None,
            role: role.to_owned(),
            regions,
            expires: expires.map(str::to_owned),
        }
    }

    #[test]
    fn a_day_counts_to_its_end_and_days_from_now() {
        let expires_at =
            |text| wanted("王芳", "sales", &[], Some(text)).check(now()).map(|sound| sound.new.expires_at.unwrap());
        assert_eq!(expires_at("2008-12-31").unwrap(), "2009-01-01T00:00:00.000Z");
        assert_eq!(expires_at("2008-01-31").unwrap(), "2008-02-01T00:00:00.000Z");
        assert_eq!(expires_at("90d").unwrap(), "2008-04-30T08:00:00.000Z");
        for past in ["2008-01-30", "0d"] {
            assert_eq!(expires_at(past).unwrap_err(), [WantedFault::ExpiresPast(past.to_owned())]);
        }
        for unread in ["2008-02-30", "soon", "-1d", "3661d", "2008-1-31", ""] {
            assert_eq!(expires_at(unread).unwrap_err(), [WantedFault::ExpiresUnread(unread.to_owned())]);
        }
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let faults = wanted(" ", "boss", &["涪陵", ""], Some("soon")).check(now()).unwrap_err();
        let pointers: Vec<String> = faults.iter().map(WantedFault::pointer).collect();
        assert_eq!(pointers, ["/name", "/role", "/regions/1", "/expires"]);
        let faults = wanted("Admin", "finance", &["涪陵"], None).check(now()).unwrap_err();
        assert_eq!(faults, [WantedFault::NameReserved, WantedFault::RegionsOfOtherRole(Role::Finance)]);
    }

    #[test]
    fn a_token_is_for_a_new_name_or_for_an_account() {
        let of = |name: &str, person: &str| {
            let one = Wanted { person: Some(person.to_owned()), ..wanted(name, "finance", &[], None) };
            one.check(now()).map(|sound| sound.person)
        };
        assert_eq!(of("", " p7 "), Ok(Some("p7".to_owned())));
        assert_eq!(of("王芳", ""), Ok(None), "forms send their empty fields too");
        assert_eq!(of("", "admin"), Err(vec![WantedFault::PersonReserved]));
        assert_eq!(of("王芳", "p7"), Err(vec![WantedFault::NameOfAccount]));
        assert_eq!(of("\u{3164}\u{2800}", ""), Err(vec![WantedFault::NameMissing]));
        for like in ["аdmin", "ADMIN", "Ad\u{ad}min", "commandline", "Ｆirst  Start"] {
            assert_eq!(of(like, ""), Err(vec![WantedFault::NameReserved]), "{like}");
        }
    }

    #[test]
    fn what_cannot_be_seen_in_names_and_regions_does_not_count() {
        let regions = [" 涪陵", "\u{FEFF}North\u{A0}West "];
        let Sound { new, .. } = wanted(" 王\u{200b}芳 ", "sales", &regions, None).check(now()).unwrap();
        let shown: Vec<&str> = new.regions.iter().map(Key::canonical).collect();
        assert_eq!((new.name.as_str(), shown), ("王芳", vec!["涪陵", "North West"]));
        let unseen = wanted("王芳", "sales", &["\u{FEFF} "], None).check(now()).unwrap_err();
        assert_eq!(unseen, [WantedFault::RegionUnfit(0)]);
    }
}

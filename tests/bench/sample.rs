//! A workbook of any size, made in code: the same figures every time.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

const YEAR: u16 = 2007;
/// One dealer in so many has a target that is no number.
pub const FAULTY_EVERY: u32 = 50;

const DEALERS: [&str; 14] = [
    "经销商编号",
    "经销商名称",
    "区域",
    "合作方式",
    "是否网络客户",
    "年度目标销量",
    "各品牌尿素总销量",
    "可控网点数",
    "品牌影响力",
    "营销服务水平",
    "资金能力",
    "信誉度",
    "上年评级",
    "上年销量",
];
const PURCHASES: [&str; 4] = ["经销商编号", "月份", "计划提货量", "实际提货量"];
const VIOLATIONS: [&str; 3] = ["经销商编号", "日期", "违规类型"];

/// So many dealers with their twelve months, and a violation for every second one.
pub fn made(dealers: u32) -> Vec<u8> {
    write(dealers).expect("a workbook")
}

fn write(dealers: u32) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("经销商档案")?;
    head(sheet, &DEALERS)?;
    (1..=dealers).try_for_each(|n| dealer(sheet, n))?;
    let sheet = book.add_worksheet().set_name("月度提货")?;
    head(sheet, &PURCHASES)?;
    (1..=dealers).try_for_each(|n| (1..=12).try_for_each(|month| purchase(sheet, n, month)))?;
    let sheet = book.add_worksheet().set_name("违规记录")?;
    head(sheet, &VIOLATIONS)?;
    (1..=dealers / 2).try_for_each(|n| violation(sheet, n))?;
    book.save_to_buffer()
}

fn head(sheet: &mut Worksheet, labels: &[&str]) -> Result<(), XlsxError> {
    sheet.write_row(0, 0, labels.iter().copied()).map(drop)
}

fn dealer(sheet: &mut Worksheet, n: u32) -> Result<(), XlsxError> {
    let of = |values: &'static [&'static str]| values[n as usize % values.len()];
    let texts = [
        (0, id(n)),
        (1, format!("{n}号农资有限公司")),
        (2, of(&["华北", "华东", "华南", "西南", "东北"]).to_owned()),
        (3, of(&["区域联销代理", "区域总经销", "区域经销", "连锁店直供"]).to_owned()),
        (4, of(&["是", "否", "否"]).to_owned()),
        (8, of(&["一类", "二类", "三类"]).to_owned()),
        (9, of(&["高", "中", "低", "中"]).to_owned()),
        (10, of(&["高", "较高", "一般", "低", "较高"]).to_owned()),
        (11, of(&["高", "中", "高", "低", "中"]).to_owned()),
        (12, of(&["核心经销商", "重点经销商", "普通经销商", "问题经销商"]).to_owned()),
    ];
    texts.into_iter().try_for_each(|(column, text)| sheet.write_string(n, column, text).map(drop))?;
    match n % FAULTY_EVERY {
        0 => sheet.write_string(n, 5, "12a")?,
        _ => sheet.write_number(n, 5, f64::from(volume(n)))?,
    };
    sheet.write_number(n, 6, f64::from(volume(n) + 3_000))?;
    sheet.write_number(n, 7, f64::from(n % 60))?;
    sheet.write_number(n, 13, f64::from(volume(n + 1))).map(drop)
}

fn purchase(sheet: &mut Worksheet, n: u32, month: u32) -> Result<(), XlsxError> {
    let row = (n - 1) * 12 + month;
    let planned = volume(n) / 12;
    sheet.write_string(row, 0, id(n))?;
    sheet.write_string(row, 1, format!("{YEAR}-{month:02}"))?;
    sheet.write_number(row, 2, f64::from(planned))?;
    sheet.write_number(row, 3, f64::from(planned) + f64::from((n * 7 + month * 13) % 97) - 40.5).map(drop)
}

fn violation(sheet: &mut Worksheet, n: u32) -> Result<(), XlsxError> {
    let kinds = ["价格违规", "推广服务不配合", "跨区销售"];
    sheet.write_string(n, 0, id(n * 2))?;
    sheet.write_string(n, 1, format!("{YEAR}-{:02}-{:02}", n % 12 + 1, n % 28 + 1))?;
    sheet.write_string(n, 2, kinds[n as usize % kinds.len()]).map(drop)
}

fn id(n: u32) -> String {
    format!("D{n:06}")
}

/// Tonnes in a year, of a dealer of this number.
fn volume(n: u32) -> u32 {
    600 + n * 37 % 2_400
}

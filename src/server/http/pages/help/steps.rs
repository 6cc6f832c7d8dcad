//! From an empty template to a payment, step by step.

use maud::{Markup, html};

use super::pictures;
use dealerbook_base::lang::Lang;

/// The steps, with pictures.
pub fn steps(lang: Lang) -> Markup {
    let pick = |zh, en| lang.pick(zh, en);
    html! {
        ol.steps {
            li {
                h3 { (pick("填写", "Fill in")) }
                p { (pick(
                    "下载模板填写，或直接用自己的工作簿：.xlsx、.xls、.xlsb、.ods 都可以，表头按中文或英文名称识别。",
                    "Download a template, or take your own workbook: .xlsx, .xls, .xlsb and .ods will do, and columns are known by their Chinese or English names.",
                )) }
            }
            li {
                h3 { a href="/upload" { (pick("上传", "Upload")) } }
                p { (pick(
                    "一次可传一个或多个文件。年度取自封面或最近的月份，也可以指定。",
                    "One file or many. The year is the cover's or that of the latest month, unless you name one.",
                )) }
            }
            li {
                h3 { (pick("看问题，改正", "Read the faults, mend them")) }
                p { (pick(
                    "所有问题一次列出：在哪个单元格、现在的值、应填什么、怎么改。下载的工作簿里，有问题的单元格已着色并加批注；改正后再传，会说明哪些已改、哪些还在、哪些是新的。",
                    "All faults are told at once: in which cell, what stands there, what should, and how to mend it. In the workbook that you download they are coloured and have notes. Mend it and upload it again; you are told what is mended, still open or new.",
                )) }
                (pictures::figure("marked", lang.pick("经销商档案中着色的问题单元格", "Faulty cells, coloured on the dealers sheet"), lang))
                (pictures::figure("issues", lang.pick("校验结果：每个问题一行，可点击跳到单元格", "The issues: a line each, which leads to its cell"), lang))
            }
            li {
                h3 { (pick("看结果", "Look at the results")) }
                p { (pick(
                    "得分、评级、怎样可升级、每笔激励的算法，都写进工作簿，公式可追溯；网页上也可按经销商查看。原有的工作表、格式和公式保持不变。",
                    "Points, grades, what would lead to the next grade and how each incentive comes about are written into the workbook, with formulas to follow, and can be looked at here dealer by dealer. Your own sheets, formats and formulas stay as they are.",
                )) }
                (pictures::figure("results", lang.pick("考核结果：评级与可升级的单项改进", "Results: grades, and single changes that would lead to the next"), lang))
            }
            li {
                h3 { (pick("审批与发放", "Approve and pay")) }
                p { (pick(
                    "结果提交后由没有经手的人审批，再由批准人以外的人按批付款；政策可规定大额须几人批准。每一步都记入审计日志，批准的金额加封：之后被改动的不能付款。",
                    "Somebody who had no hand in it approves what was submitted; then somebody else than the approver pays it, batch by batch. A policy may want several people for large sums. Every step stands in the audit log, and what was approved is sealed: what is changed since isn't paid.",
                )) }
            }
        }
    }
}

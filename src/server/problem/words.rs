//! What each problem says: its code, its status, what is wrong and what to do about it. One match, and every problem is in it.

use super::{Class, Problem, TokenFault, account, archive, body, settlement};
use crate::key;
use crate::lang::Lang;
use crate::pipeline::PipelineError;
use crate::schema::Fault;

/// What a problem says in one language.
pub struct Words {
    /// Stable, and never used for anything else.
    pub code: &'static str,
    /// What kind of refusal it is.
    pub class: Class,
    pub title: String,
    pub detail: String,
    /// What to do about it.
    pub mend: String,
}

/// Titles and mends are the same for all problems of a code; only the detail tells about this one.
struct Fixed(&'static str, Class, [&'static str; 2], [&'static str; 2]);

impl Problem {
    /// What the problem says.
    pub fn words(&self, lang: Lang) -> Words {
        let (Fixed(code, class, title, mend), detail) = match self {
            Problem::Policy(problem) => return problem.words(lang),
            Problem::Account(fault) => return account::words(fault, lang),
            Problem::MissingWorkbook { fields } => (
                Fixed(
                    "missing-workbook",
                    Class::Invalid,
                    ["请求中没有工作簿", "There is no workbook in the request"],
                    [
                        "请把工作簿作为请求正文发送，或放在 multipart 表单的 workbook 字段中。",
                        "Send the workbook as the request's body, or in the field `workbook` of a multipart form.",
                    ],
                ),
                missing_workbook(fields, lang),
            ),
            Problem::MalformedForm => (
                Fixed(
                    "malformed-form",
                    Class::Invalid,
                    ["表单无法读取", "The form cannot be read"],
                    [
                        "请检查 Content-Type 中的 boundary、每个字段的 name 以及表单的结尾，最好由 HTTP 客户端库生成表单。",
                        "Check the boundary in Content-Type, each field's name and the form's end; better let an HTTP library make the form.",
                    ],
                ),
                lang.pick("multipart 表单的格式不正确。", "The multipart form is not well formed.").to_owned(),
            ),
            Problem::MalformedRequest => (
                Fixed(
                    "malformed-request",
                    Class::Invalid,
                    ["请求格式不正确", "The request is malformed"],
                    ["请按接口说明检查请求。", "Check the request against the interface's description."],
                ),
                lang.pick(
                    "请求的地址、请求头或正文不符合 HTTP 规范。",
                    "Its address, headers or body are not proper HTTP.",
                )
                .to_owned(),
            ),
            Problem::IncompleteBody => (
                Fixed(
                    "incomplete-body",
                    Class::Invalid,
                    ["请求正文不完整", "The body is incomplete"],
                    ["请检查网络后重新上传。", "Check the connection and upload again."],
                ),
                lang.pick("正文传完之前连接就结束了。", "The connection ended before the body did.").to_owned(),
            ),
            Problem::UnknownParameter { name, allowed } => (
                Fixed(
                    "unknown-parameter",
                    Class::Invalid,
                    ["未知的参数", "Unknown parameter"],
                    ["请改正参数名，或去掉这个参数。", "Correct the parameter's name, or leave it out."],
                ),
                match lang {
                    Lang::Zh => format!("参数“{name}”不存在。可用的参数：{}。", allowed.join("、")),
                    Lang::En => {
                        format!("There is no parameter `{name}`. Those that there are: {}.", allowed.join(", "))
                    }
                },
            ),
            Problem::InvalidValue { name, value, allowed } => (
                Fixed(
                    "invalid-value",
                    Class::Invalid,
                    ["参数值无效", "Invalid value of a parameter"],
                    ["请改正参数值，或去掉这个参数。", "Correct the value, or leave the parameter out."],
                ),
                match lang {
                    Lang::Zh => format!("参数“{name}”的值“{value}”无效。允许的值：{}。", allowed.join("、")),
                    Lang::En => {
                        format!("`{value}` is no value of the parameter `{name}`. Allowed: {}.", allowed.join(", "))
                    }
                },
            ),
            Problem::RepeatedParameter { name } => (
                Fixed(
                    "repeated-parameter",
                    Class::Invalid,
                    ["参数重复", "Repeated parameter"],
                    ["请只保留一个。", "Keep one of them."],
                ),
                match lang {
                    Lang::Zh => format!("“{name}”给出了不止一次。"),
                    Lang::En => format!("`{name}` is given more than once."),
                },
            ),
            Problem::Unauthorized { fault } => (
                Fixed(
                    "unauthorized",
                    Class::Unauthorized,
                    ["需要有效的令牌", "A valid token is needed"],
                    [
                        "请在请求头中加上 Authorization: Bearer 令牌。令牌由管理员发放；管理员自己的令牌遗失后可用 dealerbook token --new 重新生成。",
                        "Send the header Authorization: Bearer TOKEN. Administrators give tokens out; for their own, `dealerbook token --new` makes another.",
                    ],
                ),
                match fault {
                    TokenFault::Missing => lang.pick("请求中没有令牌。", "There is no token in the request."),
                    TokenFault::Unknown => lang.pick("请求中的令牌不正确。", "The token in the request is wrong."),
                    TokenFault::Expired => lang.pick("请求中的令牌已过期。", "The token in the request has expired."),
                    TokenFault::Revoked => lang.pick("请求中的令牌已吊销。", "The token in the request was revoked."),
                }
                .to_owned(),
            ),
            Problem::Forbidden { role, roles } => (
                Fixed(
                    "forbidden",
                    Class::Forbidden,
                    ["这个角色无权访问", "The role does not allow this"],
                    [
                        "请使用其中一种角色的令牌；令牌由管理员发放。",
                        "Use a token of one of those roles; administrators give tokens out.",
                    ],
                ),
                {
                    let (role, roles) = (role.as_str(), roles.iter().map(|role| role.as_str()).collect::<Vec<_>>());
                    match lang {
                        Lang::Zh => format!("令牌的角色是 {role}，此处需要的角色：{}。", roles.join("、")),
                        Lang::En => format!("The token's role is {role}; this needs one of: {}.", roles.join(", ")),
                    }
                },
            ),
            Problem::RegionNotAllowed { regions, allowed } => (
                Fixed(
                    "region-not-allowed",
                    Class::Forbidden,
                    ["工作簿含有令牌范围以外的区域", "The workbook has regions that the token is not for"],
                    [
                        "请删去其他区域的经销商后重新上传，或使用包含这些区域的令牌。没有保存任何内容。",
                        "Remove the other regions' dealers and upload again, or use a token that is for those regions. Nothing was kept.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!(
                        "经销商档案中有这些区域：{}；令牌只限于：{}。",
                        listed(regions, lang),
                        key::join(allowed, "、")
                    ),
                    Lang::En => format!(
                        "The dealers sheet has these regions: {}; the token is only for: {}.",
                        listed(regions, lang),
                        key::join(allowed, ", ")
                    ),
                },
            ),
            Problem::InvalidTokenRequest { faults } => (
                Fixed(
                    "invalid-token-request",
                    Class::Invalid,
                    ["令牌申请有误", "A token cannot be made like this"],
                    ["请改正 faults 中列出的各处。", "Mend everything that `faults` lists."],
                ),
                faults.iter().map(|fault| fault.detail(lang)).collect::<Vec<_>>().join(lang.pick("", " ")),
            ),
            Problem::NoSuchToken { id } => (
                Fixed(
                    "no-such-token",
                    Class::Missing,
                    ["没有这个令牌", "No such token"],
                    ["令牌编号见 GET /v1/tokens。", "GET /v1/tokens lists the ids of tokens."],
                ),
                match lang {
                    Lang::Zh => format!("没有编号为“{id}”的令牌。"),
                    Lang::En => format!("There is no token with the id `{id}`."),
                },
            ),
            Problem::LastAdmin => (
                Fixed(
                    "last-admin",
                    Class::Conflict,
                    ["这是最后一个有效的管理员令牌", "This is the last administrator's token in force"],
                    [
                        "请先另发一个管理员令牌，再吊销这个；或在服务器上运行 dealerbook token revoke。",
                        "Make another administrator's token first, then revoke this one; or run `dealerbook token revoke` on the server.",
                    ],
                ),
                lang.pick(
                    "吊销后将无人能够发放令牌，因此没有吊销。",
                    "Without it nobody could give out tokens any more, so it was not revoked.",
                )
                .to_owned(),
            ),
            Problem::CrossSite => (
                Fixed(
                    "cross-site",
                    Class::Forbidden,
                    ["请求不是从本站的页面发出的", "The request did not come from a page of this server"],
                    [
                        "请刷新页面后重新提交；程序请使用 /v1 的接口和令牌。",
                        "Load the page again and send it once more; programs use /v1 with a token.",
                    ],
                ),
                lang.pick(
                    "表单缺少有效的防伪标记，或来自别的网站；什么也没有改动。",
                    "The form's mark is missing or of a session that is over, or it comes from another site; nothing was changed.",
                )
                .to_owned(),
            ),
            Problem::NoSuchRoute => (
                Fixed(
                    "no-such-route",
                    Class::Missing,
                    ["地址不存在", "No such address"],
                    [
                        "请检查地址的拼写。工作簿提交到 POST /v1/runs。",
                        "Check the address's spelling. Workbooks go to POST /v1/runs.",
                    ],
                ),
                lang.pick("服务中没有这个地址。", "The service has nothing at this address.").to_owned(),
            ),
            Problem::NoSuchRun => (
                Fixed(
                    "no-such-run",
                    Class::Missing,
                    ["没有这次运行", "No such run"],
                    ["请检查编号；GET /v1/runs 列出所有运行。", "Check the id; GET /v1/runs lists all runs."],
                ),
                lang.pick("没有这个编号的运行记录。", "There is no run of this id.").to_owned(),
            ),
            Problem::NoSuchSchema { name, nearest } => (
                Fixed(
                    "no-such-schema",
                    Class::Missing,
                    ["没有这个数据结构", "No such schema"],
                    [
                        "请改正名称；GET /v1/schemas 列出所有工作表。",
                        "Correct the name; GET /v1/schemas lists all sheets.",
                    ],
                ),
                not_found(name, nearest.as_deref(), lang),
            ),
            Problem::NoSuchBatch => (
                Fixed(
                    "no-such-batch",
                    Class::Missing,
                    ["批次不存在", "No such batch"],
                    ["请检查批次编号，可在 /v1/batches 中查到。", "Check the id; /v1/batches lists those that there are."],
                ),
                lang.pick("没有这个编号的批次。", "There is no batch of this id.").to_owned(),
            ),
            Problem::BatchNotDone { retry_after_seconds } => (
                Fixed(
                    "batch-not-done",
                    Class::Conflict,
                    ["批次尚未完成", "The batch is not done yet"],
                    [
                        "请等批次完成后再取；进度见 /v1/batches/{id}。",
                        "Wait until it is done; /v1/batches/{id} tells how far it is.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("还有文件没有结果，可在 {retry_after_seconds} 秒后再试。"),
                    Lang::En => {
                        format!("Some files have no outcome yet; ask again in {retry_after_seconds} seconds.")
                    }
                },
            ),
            Problem::TooManyDealers { dealers_max } => (
                Fixed(
                    "too-many-dealers",
                    Class::TooLarge,
                    ["经销商过多", "Too many dealers"],
                    [
                        "请把文件分成几个批次上传，或逐个取得各文件的结果。",
                        "Upload the files as several batches, or fetch each file's result by itself.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("一张工作表最多容纳 {dealers_max} 家经销商。"),
                    Lang::En => format!("A sheet takes {dealers_max} dealers at most."),
                },
            ),
            Problem::MissingWorkbooks => (
                Fixed(
                    "missing-workbooks",
                    Class::Invalid,
                    ["批次中没有工作簿", "There is no workbook in the batch"],
                    [
                        "请把工作簿放在 multipart 表单的 workbooks 字段中（可重复），或把 zip 放在 archive 字段中，或直接作为请求正文发送。",
                        "Send the workbooks in fields `workbooks` of a multipart form, or a zip of them in the field `archive` or as the body.",
                    ],
                ),
                lang.pick(
                    "表单中既没有 workbooks 字段也没有 archive 字段，或请求正文是空的。",
                    "The form has neither a field `workbooks` nor `archive`, or the body is empty.",
                )
                .to_owned(),
            ),
            Problem::WorkerLost { attempts } => (
                Fixed(
                    "worker-lost",
                    Class::Ours,
                    ["处理多次中断", "Work on it was interrupted again and again"],
                    [
                        "请单独上传这个文件；若仍然失败，请把它交给管理员。",
                        "Upload this file by itself; if that fails too, show it to the administrator.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("处理这个文件时服务中断了 {attempts} 次，不再重试。"),
                    Lang::En => format!("The service was interrupted {attempts} times while it worked on this file."),
                },
            ),
            Problem::NoSuchDealer { id, nearest } => (
                Fixed(
                    "no-such-dealer",
                    Class::Missing,
                    ["没有这家经销商", "No such dealer"],
                    [
                        "请改正地址中的经销商编号（须按 URL 编码）。",
                        "Correct the dealer's id in the address, percent-encoded.",
                    ],
                ),
                not_found(id, nearest.as_deref(), lang),
            ),
            Problem::NothingCalculated => (
                Fixed(
                    "nothing-calculated",
                    Class::Conflict,
                    ["没有计算结果", "Nothing was calculated"],
                    [
                        "请改正工作簿后重新提交，或加 on_error=partial。",
                        "Mend the workbook and send it again, or ask for on_error=partial.",
                    ],
                ),
                lang.pick(
                    "这次运行因错误停止，或只做了校验，没有客户档案。",
                    "Errors stopped the run, or it was a check only: there are no cards.",
                )
                .to_owned(),
            ),
            Problem::PolicyChanged { id } => (
                Fixed(
                    "policy-changed",
                    Class::Conflict,
                    ["政策已变更", "The policy has changed"],
                    ["请用现行政策重新提交工作簿。", "Send the workbook again under the policy in force."],
                ),
                match lang {
                    Lang::Zh => format!("这次运行所用的政策“{id}”已变更或已撤下，不能按原样重算。"),
                    Lang::En => {
                        format!("The run's policy `{id}` has changed or is gone, so the run can't be calculated again.")
                    }
                },
            ),
            Problem::RunOutdated { disagreement } => (
                Fixed(
                    "run-outdated",
                    Class::Conflict,
                    ["运行已过时", "The run is outdated"],
                    [
                        "请重新上传工作簿，得到一次新的运行。本次运行的结果、批注后的工作簿和已提交的结算保持原样，仍可查看和下载。",
                        "Upload the workbook again for a new run. The result, the annotated workbook and the submitted settlement of this one stay as they are and are still served.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!(
                        "本次运行由较早版本的程序计算，现在的程序按同一工作簿重算得到不同的结果，因此不再据此重算。{}",
                        disagreement.words(lang)
                    ),
                    Lang::En => format!(
                        "An earlier version of the program calculated this run, and the present one comes to another result from the same workbook, so it is not calculated again. {}",
                        disagreement.words(lang)
                    ),
                },
            ),
            Problem::TooManyCards { dealers, dealers_max } => (
                Fixed(
                    "too-many-cards",
                    Class::Conflict,
                    ["经销商过多", "Too many dealers"],
                    [
                        "请逐家获取：GET /v1/runs/{id}/dealers/{经销商编号}/card.xlsx。",
                        "Get them one by one: GET /v1/runs/{id}/dealers/{dealer_id}/card.xlsx.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("共 {dealers} 家经销商，一个工作簿最多 {dealers_max} 家。"),
                    Lang::En => {
                        format!("There are {dealers} dealers; one workbook holds the cards of {dealers_max} at most.")
                    }
                },
            ),
            Problem::IdempotencyKeyReused => (
                Fixed(
                    "idempotency-key-reused",
                    Class::Conflict,
                    ["Idempotency-Key 已用于另一个请求", "The Idempotency-Key was used with another request"],
                    [
                        "请为每个新请求换一个 Idempotency-Key；只有重发同一请求时才使用原来的值。",
                        "Take another Idempotency-Key for each new request; only the same request, sent again, keeps its key.",
                    ],
                ),
                lang.pick(
                    "这个 Idempotency-Key 已用过，而当时的工作簿、参数或地址与这次不同。",
                    "That request had another workbook, other parameters or another address.",
                )
                .to_owned(),
            ),
            Problem::InvalidWhatIf { faults } => (
                Fixed(
                    "invalid-what-if",
                    Class::Unprocessable,
                    ["无法试算", "This can't be tried out"],
                    [
                        "请改正 faults 中列出的各处；没有保存任何内容。",
                        "Mend everything that `faults` lists; nothing was kept.",
                    ],
                ),
                match (lang, faults.len()) {
                    (Lang::Zh, n) => format!("试算的内容有 {n} 处错误。"),
                    (Lang::En, 1) => "There is a fault in what is to be tried out.".to_owned(),
                    (Lang::En, n) => format!("There are {n} faults in what is to be tried out."),
                },
            ),
            Problem::AccrualTooEarly { month, last } => (
                Fixed(
                    "accrual-too-early",
                    Class::Conflict,
                    ["之后的月份已经计提", "A later month is booked already"],
                    [
                        "请计提最后一次计提的月份（将取代原来的计提）或之后的月份。",
                        "Book the last booked month, whose booking is replaced then, or a later one.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("已计提到 {last}，不能再计提 {month}；未作任何改变。"),
                    Lang::En => format!("{last} is booked already, so {month} can't be any more; nothing was changed."),
                },
            ),
            Problem::NoSuchPolicy { id, nearest } => (
                Fixed(
                    "no-such-policy",
                    Class::Missing,
                    ["没有这个政策", "No such policy"],
                    [
                        "请改正编号；GET /v1/policies 列出所有政策。",
                        "Correct the id; GET /v1/policies lists all policies.",
                    ],
                ),
                not_found(id, nearest.as_deref(), lang),
            ),
            Problem::NoSuchPage { name, names } => (
                Fixed(
                    "no-such-page",
                    Class::Missing,
                    ["没有这一页说明", "No such page"],
                    [
                        "请改用所列的名称；/docs 列出所有说明。",
                        "Use one of the names that are listed; /docs lists all pages.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("没有“{name}”的说明。可用的名称：{}。", names.join("、")),
                    Lang::En => format!("There is no page on `{name}`. Those that there are: {}.", names.join(", ")),
                },
            ),
            Problem::InvalidSchema { faults } => (
                Fixed(
                    "invalid-schema",
                    Class::Invalid,
                    ["schema 字段中的描述文件有误", "The descriptor in the field `schema` is faulty"],
                    [
                        "请按 faults 逐条改正描述文件（Data Package，含 Table Schema）后重试。",
                        "Mend the descriptor (a Data Package with its Table Schemas) fault by fault as `faults` says.",
                    ],
                ),
                invalid_schema(faults, lang),
            ),
            Problem::SchemaTooLarge { bytes_max } => (
                Fixed(
                    "schema-too-large",
                    Class::TooLarge,
                    ["描述文件过大", "The descriptor is too large"],
                    [
                        "请删去用不到的工作表或取值；也可请管理员放宽上限。",
                        "Leave out sheets or values that are not needed, or ask the administrator for a higher limit.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("schema 字段不得超过 {bytes_max} 字节。"),
                    Lang::En => format!("The field `schema` may have {bytes_max} bytes at most."),
                },
            ),
            Problem::NotWithSchema { name } => (
                Fixed(
                    "not-with-schema",
                    Class::Invalid,
                    ["参数与 schema 字段不能同用", "A parameter that doesn't go with the field `schema`"],
                    ["请去掉这个参数，或去掉 schema 字段。", "Leave out the parameter, or the field `schema`."],
                ),
                match lang {
                    Lang::Zh => format!("按自带的描述文件校验时，参数“{name}”没有意义。"),
                    Lang::En => {
                        format!("A check against a descriptor of your own has no use for the parameter `{name}`.")
                    }
                },
            ),
            Problem::NoSuchTemplate { name, nearest, names } => (
                Fixed(
                    "no-such-template",
                    Class::Missing,
                    ["没有这个模板", "No such template"],
                    [
                        "请改用所列的名称，例如 GET /v1/templates/workbook.xlsx（整本工作簿）。",
                        "Use one of the names that are listed, such as GET /v1/templates/workbook.xlsx for the whole workbook.",
                    ],
                ),
                no_such_template(name, nearest.as_deref(), names, lang),
            ),
            Problem::MethodNotAllowed { allowed } => (
                Fixed(
                    "method-not-allowed",
                    Class::Method,
                    ["不支持这种请求方法", "Method not allowed"],
                    ["请改用允许的方法。", "Use one of the allowed methods."],
                ),
                match lang {
                    Lang::Zh => format!("这个地址支持的方法：{allowed}。"),
                    Lang::En => format!("This address takes: {allowed}."),
                },
            ),
            Problem::BodyTooSlow { seconds_max } => (
                Fixed(
                    "body-too-slow",
                    Class::TooSlow,
                    ["请求正文未按时到达", "The body did not arrive in time"],
                    [
                        "请检查网络后重新上传；也可请管理员放宽时限。",
                        "Check the connection and upload again, or ask the administrator for more time.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("正文应在 {seconds_max} 秒内传完。"),
                    Lang::En => format!("The body has {seconds_max} seconds to arrive."),
                },
            ),
            Problem::TooLarge { bytes_max } => (
                Fixed(
                    "too-large",
                    Class::TooLarge,
                    ["上传内容过大", "The upload is too large"],
                    [
                        "请删去工作簿中的图片或多余的工作表后重试；也可请管理员放宽上限。",
                        "Remove pictures or spare sheets from the workbook, or ask the administrator for a higher limit.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("上传内容不得超过 {bytes_max} 字节。"),
                    Lang::En => format!("An upload may have {bytes_max} bytes at most."),
                },
            ),
            Problem::UnsupportedMediaType { content_type } => (
                Fixed(
                    "unsupported-media-type",
                    Class::Unsupported,
                    ["不支持的内容类型", "Unsupported content type"],
                    [
                        "请以 application/octet-stream、表格文件类型或 multipart/form-data 发送工作簿。",
                        "Send the workbook as application/octet-stream, as a spreadsheet type or as multipart/form-data.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("“{content_type}”不是工作簿的内容类型。"),
                    Lang::En => format!("`{content_type}` is no content type of workbooks."),
                },
            ),
            Problem::Workbook(error) => return of_workbook(error, lang),
            Problem::Archive(error) => return archive::words(error, lang),
            Problem::Appeal(problem) => return problem.words(lang),
            Problem::InvalidBody { faults } => return body::words(faults, lang),
            Problem::Settlement(refusal) => return settlement::words(refusal, lang),
            Problem::TooManyBadTokens { retry_after_seconds } => (
                Fixed(
                    "too-many-bad-tokens",
                    Class::Busy,
                    ["错误令牌过多", "Too many bad tokens"],
                    [
                        "请改正程序中的令牌，稍后再试；若多人共用一个代理，请管理员设置 DEALERBOOK_TRUSTED_PROXIES。",
                        "Correct the token in your program and try again later. Where people share a proxy, ask the administrator for DEALERBOOK_TRUSTED_PROXIES.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("该地址有过多错误令牌正在等待答复，此请求的令牌未经检查；请在 {retry_after_seconds} 秒后重试。"),
                    Lang::En => format!("Too many bad tokens of this address wait for their answers, so this one was not looked at; try again in {retry_after_seconds} seconds."),
                },
            ),
            Problem::BodyTrickles { rate_min, seconds } => (
                Fixed(
                    "body-trickles",
                    Class::TooSlow,
                    ["请求正文传输过慢", "The body arrives too slowly"],
                    [
                        "请检查网络后重新上传；也可请管理员放宽下限。",
                        "Check the connection and upload again, or ask the administrator for a lower rate.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("每 {seconds} 秒内，正文平均每秒至少应传来 {rate_min} 字节。"),
                    Lang::En => format!("In each {seconds} seconds, the body has to bring {rate_min} bytes a second on the average."),
                },
            ),
            Problem::TooManyUploads { uploads_max, retry_after_seconds } => (
                Fixed(
                    "too-many-uploads",
                    Class::Busy,
                    ["同时上传过多", "Too many uploads at the same time"],
                    ["请等前面的上传结束后再传。", "Wait until some of your uploads have ended."],
                ),
                match lang {
                    Lang::Zh => format!("您已有 {uploads_max} 个上传正在传输，不能再多；请在 {retry_after_seconds} 秒后重试。"),
                    Lang::En => format!("{uploads_max} of your uploads arrive already, and no more may; try again in {retry_after_seconds} seconds."),
                },
            ),
            Problem::BodyTooLarge { bytes_max } => (
                Fixed(
                    "body-too-large",
                    Class::TooLarge,
                    ["请求正文过大", "The body is too large"],
                    ["请按接口说明缩短正文。", "Shorten the body as the interface's description has it."],
                ),
                match lang {
                    Lang::Zh => format!("此处的请求正文不得超过 {bytes_max} 字节。"),
                    Lang::En => format!("A body may have {bytes_max} bytes here at most."),
                },
            ),
            Problem::PersonQuota { kept, bytes_max } => (
                Fixed(
                    "person-quota-reached",
                    Class::TooLarge,
                    ["您的存储配额已用完", "Your share of the store is used up"],
                    [
                        "请管理员删除您不再需要的运行，或提高 DEALERBOOK_QUOTA_PERSON_BYTES。没有保存任何内容。",
                        "Ask the administrator to delete runs of yours that are no longer needed, or for a higher DEALERBOOK_QUOTA_PERSON_BYTES. Nothing was kept.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("您的文件已占 {kept} 字节，上限为 {bytes_max} 字节，这次上传的已放不下。"),
                    Lang::En => format!("Your files have {kept} bytes of the {bytes_max} that they may have; these do not fit."),
                },
            ),
            Problem::StoreQuota { bytes_max } => (
                Fixed(
                    "store-quota-reached",
                    Class::Full,
                    ["存储配额已用完", "The store's share is used up"],
                    [
                        "请管理员删除不再需要的运行、缩短保存期限，或提高 DEALERBOOK_QUOTA_BYTES。没有保存任何内容；已有的仍可读取。",
                        "Ask the administrator to delete runs, keep them for a shorter time, or raise DEALERBOOK_QUOTA_BYTES. Nothing was kept; what there is can be read.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("所有文件合计不得超过 {bytes_max} 字节，这次上传的已放不下。"),
                    Lang::En => format!("All files together may have {bytes_max} bytes; these do not fit."),
                },
            ),
            Problem::Busy { retry_after_seconds } => (
                Fixed(
                    "busy",
                    Class::Outage,
                    ["服务繁忙", "The service is busy"],
                    ["请稍后重试。", "Try again later."],
                ),
                match lang {
                    Lang::Zh => {
                        format!("等待处理的工作簿过多，请在 {retry_after_seconds} 秒后重试。")
                    }
                    Lang::En => format!("Too many workbooks are waiting; try again in {retry_after_seconds} seconds."),
                },
            ),
            Problem::NotReady { faults, .. } => (
                Fixed(
                    "not-ready",
                    Class::Outage,
                    ["服务尚未就绪", "The service is not ready"],
                    [
                        "请管理员检查：数据库（database）是否在运行、能否连接；文件存放处（artefacts）和数据目录中的暂存目录（spool）能否写入、磁盘是否已满。恢复后无需重启。",
                        "Ask the administrator whether the `database` runs and can be reached, and whether the `artefacts` and the `spool` in the data folder can be written to and have room. No restart is needed once they are back.",
                    ],
                ),
                match lang {
                    Lang::Zh => format!("不可用：{}。", faults.join("、")),
                    Lang::En => format!("Missing: {}.", faults.join(", ")),
                },
            ),
            Problem::Stopping { .. } => (
                Fixed(
                    "stopping",
                    Class::Outage,
                    ["服务正在停止", "The service is stopping"],
                    ["请把请求发给另一台服务器，或稍后重试。", "Send requests to another server, or try again later."],
                ),
                lang.pick(
                    "这台服务器正在停止，只做完已经收到的请求。",
                    "This server is being stopped and only ends what it has begun.",
                )
                .to_owned(),
            ),
            Problem::Unavailable { part, .. } => (
                Fixed(
                    "unavailable",
                    Class::Outage,
                    ["服务暂时不可用", "The service is out of order for a while"],
                    [
                        "请按 Retry-After 稍后重试，本次请求没有留下不完整的运行；若一直如此，请告诉管理员，/readyz 会说明缺什么。",
                        "Try again after what Retry-After says; nothing half-made was kept. If it lasts, tell the administrator: /readyz says what is missing.",
                    ],
                ),
                unavailable(part, lang).to_owned(),
            ),
            Problem::StorageFull(_) => (
                Fixed(
                    "storage-full",
                    Class::Full,
                    ["存储空间已满", "There is no room left"],
                    [
                        "请管理员清理磁盘或换更大的磁盘，然后重新提交；无需重启服务。",
                        "Have the administrator make room on the disk, then send it again; no restart is needed.",
                    ],
                ),
                lang.pick(
                    "服务的磁盘已满，无法保存；本次请求没有留下不完整的运行，已保存的数据不受影响。",
                    "The service's disk is full and nothing more can be kept. Nothing half-made was kept, and what is kept already is safe.",
                )
                .to_owned(),
            ),
            Problem::Internal(_) => (
                Fixed(
                    "internal",
                    Class::Ours,
                    ["服务内部错误", "The service failed"],
                    [
                        "请重试；若仍然失败，请把 instance 中的请求编号告诉管理员。",
                        "Try again; if it fails again, tell the administrator the request id in `instance`.",
                    ],
                ),
                lang.pick(
                    "服务处理请求时出错，原因已记录。",
                    "Something went wrong on our side; the cause has been logged.",
                )
                .to_owned(),
            ),
        };
        let pick = |[zh, en]: [&str; 2]| lang.pick(zh, en).to_owned();
        Words { code, class, title: pick(title), detail, mend: pick(mend) }
    }
}

fn missing_workbook(fields: &[String], lang: Lang) -> String {
    match (fields, lang) {
        ([], Lang::Zh) => "请求正文是空的，或表单中没有 workbook 字段。".to_owned(),
        ([], Lang::En) => "The body is empty, or the form has no field `workbook`.".to_owned(),
        (fields, Lang::Zh) => {
            format!("表单中没有 workbook 字段，而有多个字段是文件：{}，无法判断哪一个是工作簿。", listed(fields, lang))
        }
        (fields, Lang::En) => format!(
            "The form has no field `workbook`, and several fields are files: {}; which of them is meant can't be told.",
            listed(fields, lang)
        ),
    }
}

fn unavailable(part: &str, lang: Lang) -> &'static str {
    match part {
        "database" => lang.pick("数据库暂时无法使用。", "The database cannot be used right now."),
        "artefacts" => lang.pick(
            "保存上传文件和结果的地方暂时无法使用。",
            "The place where uploads and answers are kept cannot be used right now.",
        ),
        _ => lang.pick("数据目录暂时无法使用。", "The data folder cannot be used right now."),
    }
}

fn not_found(name: &str, nearest: Option<&str>, lang: Lang) -> String {
    match (lang, nearest) {
        (Lang::Zh, Some(nearest)) => format!("没有“{name}”；是否为“{nearest}”？"),
        (Lang::Zh, None) => format!("没有“{name}”。"),
        (Lang::En, Some(nearest)) => format!("There is no `{name}`; is `{nearest}` meant?"),
        (Lang::En, None) => format!("There is no `{name}`."),
    }
}

/// So many names are listed; further ones are counted.
const LISTED_MAX: usize = 20;

fn listed(names: &[impl ToString], lang: Lang) -> String {
    let more = names.len().saturating_sub(LISTED_MAX);
    let listed = names.iter().take(LISTED_MAX).map(ToString::to_string).collect::<Vec<_>>().join(lang.pick("、", ", "));
    match (more, lang) {
        (0, _) => listed,
        (more, Lang::Zh) => format!("{listed}，另有 {more} 个"),
        (more, Lang::En) => format!("{listed} and {more} more"),
    }
}

/// How many faults there are, and the first in words: some clients show nothing but this.
fn invalid_schema(faults: &[Fault], lang: Lang) -> String {
    let first = faults.first().map(|fault| (fault.pointer.as_str(), fault.detail(lang))).unwrap_or_default();
    match lang {
        Lang::Zh => format!("共 {} 处错误；第一处在“{}”：{}。", faults.len(), first.0, first.1),
        Lang::En => format!("{} faults; the first is at `{}`: {}.", faults.len(), first.0, first.1),
    }
}

/// Which templates there are, and which may be meant.
fn no_such_template(name: &str, nearest: Option<&str>, names: &[String], lang: Lang) -> String {
    let list = names.join(lang.pick("、", ", "));
    match (lang, nearest) {
        (Lang::Zh, Some(nearest)) => format!("没有名为“{name}”的模板，您要的可能是 {nearest}。可用的名称：{list}。"),
        (Lang::Zh, None) => format!("没有名为“{name}”的模板。可用的名称：{list}。"),
        (Lang::En, Some(nearest)) => {
            format!("There is no template `{name}`; you may mean {nearest}. Those that there are: {list}.")
        }
        (Lang::En, None) => format!("There is no template `{name}`. Those that there are: {list}."),
    }
}

/// The pipeline knows what is wrong with a workbook; here is what that means for a request.
fn of_workbook(error: &PipelineError, lang: Lang) -> Words {
    let (class, zh, en) = match error {
        PipelineError::NotAWorkbook { .. } | PipelineError::Encrypted => (
            Class::Unsupported,
            "请在 Excel 或 WPS 中另存为 .xlsx 后重新上传。",
            "Save it as .xlsx in Excel or WPS and upload that.",
        ),
        PipelineError::Unreadable { .. } => (
            Class::Invalid,
            "请确认文件能在 Excel 中打开，另存一份后重新上传。",
            "Make sure that Excel opens the file, save a copy and upload that.",
        ),
        PipelineError::TooLarge { .. } => (
            Class::TooLarge,
            "请删去多余的工作表、行列或图片后重新上传。",
            "Remove spare sheets, rows, columns or pictures and upload it again.",
        ),
        PipelineError::Unpatchable { .. } => (
            Class::Invalid,
            "请在 Excel 中把内容另存为新的 .xlsx 后重新上传。",
            "Save its contents as a new .xlsx in Excel and upload that.",
        ),
        PipelineError::UnknownPolicy { .. } => (
            Class::Invalid,
            "请改正 policy 参数，或去掉它以使用默认政策。",
            "Correct the parameter `policy`, or leave it out for the default one.",
        ),
        PipelineError::NotInForce { .. } => (
            Class::Conflict,
            "请核对考核年度，或用 policy 参数指定该年度有效的政策。",
            "Check the period, or name with the parameter `policy` a policy that was in force then.",
        ),
        PipelineError::Cancelled => (Class::Outage, "请重新提交。", "Send it again."),
        PipelineError::Internal(_) => (Class::Ours, "请重试。", "Try again."),
    };
    let (zh, en) = error.fix().unwrap_or((zh, en));
    Words {
        code: error.code(),
        class,
        title: error.title(lang),
        detail: error.detail(lang),
        mend: lang.pick(zh, en).to_owned(),
    }
}

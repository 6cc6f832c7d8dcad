//! Signing in with a token, or once by the link of the first start; signing out.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use maud::{Markup, html};
use url::form_urlencoded;

use super::frame;
use crate::http::session::{self, Posted};
use crate::http::{Edge, Problem, Service, auth, render};
use dealerbook_base::lang::Lang;

/// What the form is about, out of an address or out of the form itself.
#[derive(Default)]
struct Wanted {
    token: String,
    once: String,
    then: String,
}

impl Wanted {
    fn of(encoded: &[u8]) -> Wanted {
        let mut wanted = Wanted::default();
        for (name, value) in form_urlencoded::parse(encoded) {
            match name.as_ref() {
                "token" => wanted.token = value.trim().to_owned(),
                "once" => wanted.once = value.trim().to_owned(),
                "then" => wanted.then = value.into_owned(),
                _ => {}
            }
        }
        wanted
    }
}

/// `GET /sign-in`: the form. A link that signs in once only has to be affirmed: what fetches addresses by itself doesn't use it up.
pub async fn form(request: HttpRequest) -> HttpResponse {
    let wanted = Wanted::of(request.query_string().as_bytes());
    shown(StatusCode::OK, &request, &wanted, None)
}

/// `POST /sign-in`: opens a session.
pub async fn sign_in(
    request: HttpRequest,
    body: web::Bytes,
    service: web::Data<Service>,
    edge: web::Data<Edge>,
) -> Result<HttpResponse, Problem> {
    let wanted = Wanted::of(&body);
    let opened = match wanted.once.as_str() {
        "" => {
            let token = wanted.token.as_bytes();
            auth::look_at(token, &request, &edge, session::sign_in(&wanted.token, &request, &service)).await
        }
        code => {
            let opening = session::sign_in_once(code, &request, &service);
            auth::look_at(code.as_bytes(), &request, &edge, opening).await
        }
    };
    match opened {
        Ok(cookie) => {
            let then = session::local_path(&wanted.then).unwrap_or_else(|| "/".to_owned());
            let mut answer = HttpResponse::SeeOther().insert_header((header::LOCATION, then)).finish();
            session::set_cookie(&mut answer, &cookie);
            Ok(answer)
        }
        Err(problem @ Problem::Unauthorized { .. }) => {
            render::note(&problem, &request);
            Ok(shown(StatusCode::UNAUTHORIZED, &request, &wanted, Some(&problem)))
        }
        Err(problem) => Err(problem),
    }
}

/// `POST /sign-out`: ends the session.
pub async fn sign_out(
    request: HttpRequest,
    _form: Posted,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let cookie = session::sign_out(&request, &service).await?;
    let mut answer = HttpResponse::SeeOther().insert_header((header::LOCATION, "/sign-in")).finish();
    session::set_cookie(&mut answer, &cookie);
    Ok(answer)
}

fn shown(status: StatusCode, request: &HttpRequest, wanted: &Wanted, problem: Option<&Problem>) -> HttpResponse {
    let lang = session::lang(request);
    let is_used_link = problem.is_some() && !wanted.once.is_empty();
    let main = html! {
        h1 { (lang.pick("登录", "Sign in")) }
        @if let Some(problem) = problem { (refusal(problem, is_used_link, lang)) }
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="then" value=(session::local_path(&wanted.then).unwrap_or_default());
            @if wanted.once.is_empty() || is_used_link {
                label.field { span { (lang.pick("令牌", "Token")) }
                    input type="password" name="token" required autocomplete="current-password" autofocus; }
                p.muted { (lang.pick(
                    "令牌由管理员发放；管理员自己的令牌在首次启动时显示，或由 DEALERBOOK_ADMIN_TOKEN 指定。",
                    "Administrators give out tokens. Their own was shown at the first start, or is the one of DEALERBOOK_ADMIN_TOKEN.",
                )) }
            } @else {
                input type="hidden" name="once" value=(wanted.once);
                p { (lang.pick("此链接以管理员身份登录，只能用一次。", "This link signs you in as the administrator, once.")) }
            }
            button type="submit" { (lang.pick("登录", "Sign in")) }
        }
    };
    frame::bare(status, request, lang, lang.pick("登录", "Sign in"), &main)
}

fn refusal(problem: &Problem, is_used_link: bool, lang: Lang) -> Markup {
    html! {
        div.notice.error role="alert" {
            @if is_used_link {
                p { (lang.pick("此链接已用过或已过期，请用令牌登录。", "This link has been used or is too old. Sign in with a token.")) }
            } @else {
                p { (problem.words(lang).detail) }
            }
        }
    }
}

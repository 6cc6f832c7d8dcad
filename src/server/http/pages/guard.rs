//! Around every page: who may see it, and how a refusal looks to whoever asked for a page.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use url::form_urlencoded;

use super::frame;
use crate::http::{Problem, render, session};
use dealerbook_base::lang::Lang;

/// Lets those see a page who are signed in and whose role it is open to, sends others to sign in, and shows problems as pages to whoever
/// asked for a page. A request that changes something brings its mark in a header, which is checked here, or in its form, which its
/// handler checks.
///
/// # Errors
/// None of its own.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let lang = session::lang(request.request());
    request.extensions_mut().insert(lang);
    let response = match session::admit(&request, lang).await {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(Problem::Unauthorized { .. })
            if session::reads(request.method()) && session::wants_page(request.request()) =>
        {
            let answer = to_sign_in(request.request());
            request.into_response(answer)
        }
        Err(problem) => request.error_response(problem),
    };
    let mut response = with_page(response, lang);
    if render::asked_lang(response.request().query_string()).is_some() {
        session::set_cookie(response.response_mut(), &session::lang_cookie(lang));
    }
    Ok(response)
}

/// Leads to the form that signs in, and from there back here.
fn to_sign_in(request: &HttpRequest) -> HttpResponse {
    let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("then", here).finish();
    HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/sign-in?{query}"))).finish()
}

/// Where a page was asked for, a problem is shown as one.
fn with_page(response: ServiceResponse, lang: Lang) -> ServiceResponse {
    let request = response.request().clone();
    if !session::wants_page(&request) {
        return response;
    }
    let page = {
        let error = response.response().error();
        let Some(problem) = error.and_then(|error| error.as_error::<Problem>()) else { return response };
        render::note(problem, &request);
        frame::problem(problem, &request, lang)
    };
    response.into_response(page)
}

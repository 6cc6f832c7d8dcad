//! `/admin/tokens`: made, shown once, listed and revoked.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::token_page::TokenPage;
use crate::http::pages::frame::Screen;
use crate::http::session::{Posted, Viewer};
use crate::http::{Problem, Service};
use crate::service::accounts::{self, TokenRefusal};
use crate::token::{TokenError, Wanted};
use dealerbook_base::clock;

/// All tokens, and the form for another.
pub async fn list(request: HttpRequest, viewer: Viewer, service: web::Data<Service>) -> Result<HttpResponse, Problem> {
    show(StatusCode::OK, &request, &viewer, &service, TokenPage::default()).await
}

/// Makes a token and shows it, this once; or shows the form again with all that is wrong in it.
pub async fn create(
    request: HttpRequest,
    posted: Posted,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    let viewer = &posted.viewer;
    let wanted = wanted(&posted);
    let page = match accounts::create_token(wanted.clone(), &viewer.person, &service).await {
        Ok(made) => TokenPage { made: Some(made), ..TokenPage::default() },
        Err(TokenRefusal::Faults(faults)) => TokenPage { wanted, faults, ..TokenPage::default() },
        Err(TokenRefusal::Problem(TokenError::Account(fault))) => {
            TokenPage { wanted, refused: Some(fault), ..TokenPage::default() }
        }
        Err(refusal) => return Err(refusal.into()),
    };
    let status = if page.faults.is_empty() && page.refused.is_none() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    show(status, &request, viewer, &service, page).await
}

/// Makes a token void.
pub async fn revoke(
    posted: Posted,
    id: web::Path<String>,
    service: web::Data<Service>,
) -> Result<HttpResponse, Problem> {
    accounts::revoke_token(&id, &posted.viewer.person, &service).await?;
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/admin/tokens")).finish())
}

async fn show(
    status: StatusCode,
    request: &HttpRequest,
    viewer: &Viewer,
    service: &Service,
    mut page: TokenPage,
) -> Result<HttpResponse, Problem> {
    page.tokens = service.store.tokens().await?;
    page.accounts = service.store.accounts().await?;
    let main = page.main(viewer, &clock::now());
    Ok(Screen { title: viewer.lang.pick("令牌", "Tokens"), main }.answer_with(status, request, viewer))
}

/// What the form asks for. Regions stand apart by commas, Chinese ones as well.
fn wanted(posted: &Posted) -> Wanted {
    let regions =
        posted.get("regions").split(['\n', ',', '，', '、']).map(str::trim).filter(|region| !region.is_empty());
    Wanted {
        name: posted.get("name").to_owned(),
        person: Some(posted.get("person").to_owned()).filter(|text| !text.is_empty()),
        role: posted.get("role").to_owned(),
        regions: regions.map(str::to_owned).collect(),
        expires: Some(posted.get("expires").to_owned()).filter(|text| !text.is_empty()),
    }
}

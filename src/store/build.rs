//! What the compiler can't know: that migrations were added, since `sqlx::migrate!` reads their folder at compile time.

fn main() {
    println!("cargo:rerun-if-changed=../../schemas/migrations");
}

//! What each stage of a run takes, on a sample and on a workbook ten times as large: `cargo bench --bench stages`, and only one with `-- made-2000/patch`.
//!
//! `read` streams every cell once. `validate` reads as well, for checking streams. `write` is all that comes when everything is known:
//! the plan, our sheets and the patched package; `plan` and `patch` are the parts of it that concern the user's own sheets. `whole` is a run.

mod sample;

use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use dealerbook::annotate;
use dealerbook::lang::Lang;
use dealerbook::package::Package;
use dealerbook::package::edit::Edits;
use dealerbook::pipeline::{self, Engine, Job, Mark, OnError, Options, PolicyChoice};
use dealerbook::policy::Policy;
use dealerbook::programmes::{assessment, dealer_years, gather, incentives};
use dealerbook::schema::Severity;
use dealerbook::validate::{self, Checked, Exclusions, Request, Speaker};
use dealerbook::workbook::Workbook;

const MADE: u32 = 2_000;

type Group<'g> = BenchmarkGroup<'g, WallTime>;

/// A workbook, and all that its stages need.
struct Case {
    bytes: Vec<u8>,
    engine: Engine,
    options: Options,
    stop: AtomicBool,
}

impl Case {
    fn new(bytes: Vec<u8>) -> Case {
        let options = Options { on_error: OnError::Partial, ..Options::default() };
        Case { bytes, engine: Engine::embedded().expect("an engine"), options, stop: AtomicBool::new(false) }
    }

    fn policy(&self) -> &Policy {
        &self.engine.policies[0]
    }

    fn checked(&self) -> Checked {
        let package = Package::open(&self.bytes, &self.engine.package_limits).expect("a package");
        let mut workbook = Workbook::open(&package).expect("a workbook");
        let (request, exclusions) = (Request::default(), Exclusions::default());
        validate::check(&mut workbook, &self.engine.schemas, self.policy(), &request, &exclusions, &|| false)
            .expect("a checked workbook")
    }

    fn job(&self) -> Job<'_> {
        Job {
            bytes: &self.bytes,
            filename: None,
            options: &self.options,
            engine: &self.engine,
            policy: PolicyChoice::Default,
            json: false,
            stop: &self.stop,
            observer: None,
        }
    }
}

fn read(group: &mut Group<'_>, case: &Case) {
    group.bench_function("read", |bencher| {
        bencher.iter(|| {
            let package = Package::open(&case.bytes, &case.engine.package_limits).expect("a package");
            let workbook = Workbook::open(&package).expect("a workbook");
            let names: Vec<String> = workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect();
            let mut cells = 0;
            for name in names {
                let count = workbook.rows(&name, |row| {
                    cells += row.cells.len();
                    Ok(true)
                });
                count.expect("rows");
            }
            cells
        });
    });
}

fn validate(group: &mut Group<'_>, case: &Case) {
    group.bench_function("validate", |bencher| bencher.iter_with_large_drop(|| case.checked()));
}

fn calculate(group: &mut Group<'_>, case: &Case) {
    let (schemas, policy) = (&case.engine.schemas, case.policy());
    let work = |mut checked: Checked| {
        let gathered = gather(&mut checked, schemas, 12).expect("dealers with their months");
        let years = dealer_years(&gathered, &checked, schemas, policy, None);
        let assessment = assessment::calculate(&years, policy);
        black_box(incentives::calculate(&years, &assessment, policy));
    };
    group.bench_function("calculate", |bencher| {
        bencher.iter_batched(|| case.checked(), work, BatchSize::PerIteration);
    });
}

fn plan_and_patch(group: &mut Group<'_>, case: &Case) {
    let checked = case.checked();
    let engine = &case.engine;
    let speaker =
        Speaker { schemas: &engine.schemas, policy: case.policy(), sheets: &checked.sheets, lang: Lang::default() };
    let plan = || annotate::plan(&checked, &speaker, &engine.annotate_limits, Mark::default());
    group.bench_function("plan", |bencher| bencher.iter_with_large_drop(plan));
    let (package, sheets) = (Package::open(&case.bytes, &engine.package_limits).expect("a package"), plan().sheets);
    group.bench_function("patch", |bencher| {
        bencher.iter_batched(
            || Edits { sheets: sheets.clone(), ..Edits::default() },
            |edits| package.write(edits, Cursor::new(Vec::new())).expect("a patched package"),
            BatchSize::LargeInput,
        );
    });
}

fn write(group: &mut Group<'_>, case: &Case) {
    let walked = pipeline::walk(&case.job(), |run| {
        let report = run.report()?;
        group.bench_function("write", |bencher| {
            bencher.iter(|| run.annotate(&report, Cursor::new(Vec::new())).expect("an answer"));
        });
        Ok(())
    });
    walked.expect("a walk");
}

fn whole(group: &mut Group<'_>, case: &Case) {
    group.bench_function("whole", |bencher| {
        bencher.iter(|| pipeline::run(&case.job(), Some(Cursor::new(Vec::new()))).expect("an answer"));
    });
}

fn stages(criterion: &mut Criterion) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("workbooks/accepted/dealers-200.xlsx");
    let sample = std::fs::read(file).expect("the sample");
    let made = sample::made(MADE);
    let faults_made = MADE / sample::FAULTY_EVERY;
    for (name, dealers, faults, bytes) in [("dealers-200", 200, 0, sample), ("made-2000", MADE, faults_made, made)] {
        let case = Case::new(bytes);
        assert_eq!(case.checked().issues.of(Severity::Error), faults as usize, "{name} is not what is to be measured");
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(dealers.into())).sample_size(20).measurement_time(Duration::from_secs(3));
        read(&mut group, &case);
        validate(&mut group, &case);
        calculate(&mut group, &case);
        plan_and_patch(&mut group, &case);
        write(&mut group, &case);
        whole(&mut group, &case);
        group.finish();
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);

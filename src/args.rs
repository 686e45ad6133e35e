//! What can be typed: the one definition of commands and flags, from which help, completions and
//! the man page are made.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::later::Later;

const AFTER: &str = "\
Exit codes:
  0  clean: no finding at or above the gate (--fail-on)
  1  findings at or above the gate
  2  the command line or the configuration is wrong
  3  something could not be read or analysed; the rest was still checked

`kubesift PATH` is short for `kubesift check PATH`.";

/// Static analyzer for Kubernetes manifests that points at the exact bytes to edit
#[derive(Debug, Parser)]
#[command(name = "kubesift", version, about, after_help = AFTER, max_term_width = 100)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check manifests and report what is wrong with them
    Check(Later<Check>),
    /// Apply the fixes that findings offer
    Fix(Later<Fix>),
    /// Write down the findings that are there, so that only new ones count
    #[command(subcommand)]
    Baseline(Baseline),
    /// Show workloads, exposure, policies and findings as one page, or as DOT, Mermaid or JSON
    Graph(Later<GraphArgs>),
    /// Tell about one resource: what reaches it, what it reaches, its rights, what it reads
    Why(Later<WhyArgs>),
    /// Build a kustomization and print it, as `kustomize build` does
    Render(Later<RenderArgs>),
    /// Tell where a field of a built object comes from: the place to edit, and what it was before
    Where(Later<WhereArgs>),
    /// Explain a check: why it matters, what to do, examples
    Explain {
        /// The check's name
        #[arg(value_name = "CHECK")]
        check: String,
    },
    /// Show which workloads reach which, on which ports, as the network policies have it
    Connectivity(Later<Connectivity>),
    /// Show who may do what, by which binding, role and rule; rights that lead further are marked
    Access(Later<Access>),
    /// List the checks
    Checks {
        /// How to print them
        #[arg(long, value_enum, default_value_t = ListFormat::Human)]
        format: ListFormat,
    },
    /// Write a commented .kubesift.yaml to start from
    Init {
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
    },
    /// Show the settings in force, or the schema of the configuration file
    #[command(subcommand)]
    Config(Config),
    /// Speak with an editor: the language server, over standard input and output
    #[command(version)]
    Lsp(Lsp),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the man page
    Man,
    /// Look inside: for bug reports and tests
    #[command(subcommand, hide = true)]
    Debug(Debug_),
}

/// How to speak with an editor.
#[derive(Debug, Args)]
pub struct Lsp {
    /// Over standard input and output, as always; clients say so
    #[arg(long, hide = true)]
    pub stdio: bool,
    /// The client's process; the end of its input is what counts
    #[arg(long = "clientProcessId", value_name = "PID", hide = true)]
    pub client_process_id: Option<u32>,
}

/// Commands about the configuration.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Print the settings in force
    Show(Later<Show>),
    /// Print the JSON Schema of .kubesift.yaml
    Schema,
}

/// `kubesift config show`.
#[derive(Debug, Args)]
pub struct Show {
    /// Say where each value comes from
    #[arg(long)]
    pub origin: bool,
    /// Which settings to use
    #[command(flatten)]
    pub settings: Settings,
}

/// Commands for bug reports and tests.
#[derive(Debug, Subcommand)]
pub enum Debug_ {
    /// Print the event tree of a YAML file, as the YAML test suite writes it
    YamlEvents {
        /// The file
        file: PathBuf,
    },
    /// Say how long it takes to look at a project again after each of many edits of one file
    Edits {
        /// The file that is edited: spaces are put at the end of its first line and taken back
        #[arg(long)]
        file: PathBuf,
        /// How many edits
        #[arg(long, default_value_t = 20)]
        times: usize,
        /// What to look at
        #[command(flatten)]
        target: Box<Target>,
    },
    /// Say how long the relations of the builds take, view by view
    Relations {
        /// How often they are made, one after the other; the median is said
        #[arg(long, default_value_t = 1)]
        times: usize,
        /// What to look at
        #[command(flatten)]
        target: Box<Target>,
    },
}

/// How to list checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table
    Human,
    /// A JSON array
    Json,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What `check` and `fix` have in common: what to look at, and by which settings.
#[derive(Debug, Args)]
pub struct Target {
    /// Files and folders to look at, the one you are in unless given; `-` reads standard input
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name that standard input is reported under
    #[arg(long, value_name = "PATH", default_value = "stdin.yaml")]
    pub stdin_filename: String,
    /// Threads to use; as many as there are cores unless given
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// Which settings to use
    #[command(flatten)]
    pub settings: Settings,
}

/// Flags that choose settings.
#[derive(Debug, Args)]
pub struct Settings {
    /// Run only these checks, families or profile:NAME, whatever the profile
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Run these checks or families besides those of the profile
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub extend_select: Vec<String>,
    /// Do not run these checks or families
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Leave out files and folders (a glob, from the project root; repeatable)
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Drop findings that are milder than this
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<String>,
    /// Drop findings that are less sure than this: low, medium, high
    #[arg(long, value_name = "CONFIDENCE")]
    pub min_confidence: Option<String>,
    /// The choice of checks: default, pss-baseline, pss-restricted, cis, nsa, reliability, hygiene, all
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Use this configuration file
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long)]
    pub no_config: bool,
    /// Hold back the findings that this baseline lists, rather than .kubesift-baseline.json
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    pub baseline: Option<PathBuf>,
    /// Heed no baseline: old findings count like new ones
    #[arg(long)]
    pub no_baseline: bool,
    /// The version of Kubernetes to judge for, such as 1.31
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<String>,
}

/// `kubesift check`.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Check {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// Report format: human, concise, json, sarif, github; FORMAT=FILE writes to a file (repeatable)
    #[arg(long, value_name = "FORMAT[=FILE]")]
    pub format: Vec<String>,
    /// Write the report that goes to standard output to this file
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 1 when a finding is at least this bad: critical, high, medium, low, info, never
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<String>,
    /// Exit with 0 or 1 even if something could not be read or analysed
    #[arg(long)]
    pub allow_incomplete: bool,
    /// List suppressed findings too
    #[arg(long)]
    pub show_suppressed: bool,
    /// List how each file ended, and the builds
    #[arg(long)]
    pub show_files: bool,
    /// Count the findings of each check
    #[arg(long)]
    pub statistics: bool,
    /// Say on standard error how long each step took, and the peak memory
    #[arg(long)]
    pub timings: bool,
    /// Findings that the human report shows in full, a number or `none` for no limit
    #[arg(long, value_name = "N", default_value = "50", value_parser = limit)]
    pub max_diagnostics: Limit,
    /// Results that a SARIF report holds at most
    #[arg(long, value_name = "N", default_value_t = 5000)]
    pub sarif_max_results: usize,
    /// The category of a SARIF report, to tell several uploads of one commit apart
    #[arg(long, value_name = "NAME", default_value = "kubesift")]
    pub sarif_category: String,
    /// Print findings and errors only
    #[arg(long, short)]
    pub quiet: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// `kubesift connectivity`.
#[derive(Debug, Args)]
#[command(after_help = CONNECTIVITY)]
pub struct Connectivity {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// How to print the connections
    #[arg(long, value_enum, default_value_t = ConnectivityFormat::Txt)]
    pub format: ConnectivityFormat,
}

const CONNECTIVITY: &str = "\
The build is taken for all there is: an unstated namespace is `default`, and an address block is
outside the cluster.

Exit codes:
  0  everything was computed
  2  the command line or the configuration is wrong
  3  some input could not be judged, and is listed on standard error";

/// How to print connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConnectivityFormat {
    /// One line a connection
    Txt,
    /// With the policies that decide, and where they stand
    Json,
    /// For Graphviz
    Dot,
    /// For Mermaid
    Mermaid,
}

/// `kubesift access`.
#[derive(Debug, Args)]
#[command(after_help = ACCESS)]
pub struct Access {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// Whom to ask for: sa/NAMESPACE/NAME, user/NAME, group/NAME, deploy/NAMESPACE/NAME (repeatable)
    #[arg(long, value_name = "SUBJECT")]
    pub subject: Vec<String>,
    /// How to print the rights
    #[arg(long, value_enum, default_value_t = AccessFormat::Txt)]
    pub format: AccessFormat,
    /// When to colour
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

const ACCESS: &str = "\
Everybody is listed unless a subject is given: first the accounts that workloads run as. A workload
as subject means its account. `!` marks rights that lead to more than they say.

Exit codes:
  0  everything was read
  2  the command line or the configuration is wrong, or a subject is nowhere in the input
  3  something could not be read, and is said on standard error";

/// How to print rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AccessFormat {
    /// For people
    Txt,
    /// A JSON object
    Json,
}

/// A number, or no limit.
pub type Limit = Option<usize>;

fn limit(word: &str) -> Result<Limit, String> {
    match word {
        "none" => Ok(None),
        _ => word.parse().map(Some).map_err(|_| "a number or `none` is wanted".to_owned()),
    }
}

const BASELINE: &str = "\
A baseline (.kubesift-baseline.json at the project root, or what `baseline` in .kubesift.yaml names)
lists findings by what they are about, without lines. `kubesift check` holds back what it lists, and
says so; an entry that matches no finding any more is a finding itself, `unused-suppression`.
Without a path, `update` and `prune` look at what the baseline was made of.

Exit codes:
  0  done, or nothing to do
  1  with --check: the file would change
  2  the command line, the configuration or the baseline is wrong
  3  something could not be read or analysed; nothing of it is in the baseline";

/// Commands about the baseline.
#[derive(Debug, Subcommand)]
pub enum Baseline {
    /// List all findings that are there now, of whatever severity
    Create(Later<BaselineCreate>),
    /// List anew what is there now, and tell what came and what went
    Update(Later<BaselineArgs>),
    /// Take out the entries that match no finding any more, and add none
    Prune(Later<BaselineArgs>),
}

/// `kubesift baseline create`.
#[derive(Debug, Args)]
#[command(after_help = BASELINE)]
pub struct BaselineCreate {
    /// What all of them take
    #[command(flatten)]
    pub common: BaselineArgs,
    /// Replace a baseline that is there
    #[arg(long)]
    pub force: bool,
}

/// What commands about the baseline take. Without paths, what the baseline was made of is looked at.
#[derive(Debug, Args)]
#[command(after_help = BASELINE)]
pub struct BaselineArgs {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// Write nothing, and exit with 1 when the file would change
    #[arg(long)]
    pub check: bool,
}

const FIX: &str = "\
Old findings are mended like new ones: what a baseline lists is left alone only when the baseline is
named with --baseline. Entries of the baseline that match no finding any more are taken out, where
all that it was made of is looked at.";

/// `kubesift fix`.
#[derive(Debug, Args)]
#[command(after_help = FIX)]
pub struct Fix {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// Show what would change and write nothing
    #[arg(long)]
    pub diff: bool,
    /// Apply fixes that may change how a workload behaves, too
    #[arg(long = "unsafe")]
    pub unsafe_: bool,
    /// When to colour
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

/// `kubesift graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// What to look at
    #[command(flatten)]
    pub target: Target,
    /// html, json, dot or mermaid; by the ending of the output file (html for any other ending),
    /// and mermaid on standard output, unless given
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Write to this file rather than to standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Show this build only (`kubesift check --show-files` lists them)
    #[arg(long, value_name = "NAME")]
    pub build: Option<String>,
    /// Print errors only
    #[arg(long, short)]
    pub quiet: bool,
}

/// `kubesift why`.
#[derive(Debug, Args)]
#[command(override_usage = "kubesift why [OPTIONS] [PATH]... <KIND/[NAMESPACE/]NAME>")]
pub struct WhyArgs {
    /// Files and folders to look at, then the resource: deploy/web, Deployment/shop/web, svc/api
    #[arg(value_name = "PATH... KIND/NAME", required = true)]
    pub words: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TextFormat::Txt)]
    pub format: TextFormat,
    /// Look at this build only (`kubesift check --show-files` lists them)
    #[arg(long, value_name = "NAME")]
    pub build: Option<String>,
    /// Threads to use; as many as there are cores unless given
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
    /// When to colour
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
    /// Print errors only, apart from the answer
    #[arg(long, short)]
    pub quiet: bool,
    /// Which settings to use
    #[command(flatten)]
    pub settings: Settings,
}

/// A form for people and one for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TextFormat {
    /// For people
    Txt,
    /// A JSON object
    Json,
}

/// How a kustomization is built.
#[derive(Debug, Args)]
pub struct Building {
    /// The order of the objects where the kustomization does not say: `legacy` is by kind, `none` as
    /// they came
    #[arg(long, value_enum, value_name = "ORDER", default_value_t = Order::Legacy)]
    pub reorder: Order,
    /// Files outside the folder of the kustomization that names them: `root-only` refuses them as
    /// kustomize does, `none` takes them; they are taken with a warning unless given
    #[arg(long, value_enum, value_name = "WHAT")]
    pub load_restrictor: Option<Restrictor>,
    /// Label every object with app.kubernetes.io/managed-by
    #[arg(long)]
    pub enable_managedby_label: bool,
}

/// The order of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// By kind, what others need first
    Legacy,
    /// As the objects came
    None,
}

/// What is done about files outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Restrictor {
    /// They are refused
    #[value(alias = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// They are taken
    #[value(alias = "LoadRestrictionsNone")]
    None,
}

/// `kubesift render`.
#[derive(Debug, Args)]
#[command(after_help = RENDER)]
pub struct RenderArgs {
    /// The folder of the kustomization, or its file
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = RenderFormat::Yaml)]
    pub format: RenderFormat,
    /// Say behind each line where its value comes from
    #[arg(long)]
    pub origins: bool,
    /// How to build it
    #[command(flatten)]
    pub building: Building,
}

const RENDER: &str = "\
Nothing is fetched and no program is run: remote resources, plugins and charts that cannot be
rendered are named on standard error and left out.

Exit codes:
  0  the build is whole, and printed
  2  the command line is wrong
  3  the build fails, and nothing is printed; or parts were left out";

/// How to print a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RenderFormat {
    /// YAML documents, the same bytes as kustomize prints
    Yaml,
    /// One JSON object: a List of the objects
    Json,
}

/// `kubesift where`.
#[derive(Debug, Args)]
#[command(override_usage = "kubesift where [OPTIONS] [PATH] <KIND/[NAMESPACE/]NAME> [FIELD]")]
pub struct WhereArgs {
    /// The folder of a kustomization, an object by the name it has or had, and a field as in
    /// spec.containers[name=web].image; all of the object unless a field is given
    #[arg(value_name = "PATH KIND/NAME FIELD", required = true, num_args = 1..=3)]
    pub words: Vec<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = TextFormat::Txt)]
    pub format: TextFormat,
    /// How to build it
    #[command(flatten)]
    pub building: Building,
    /// When to colour
    #[arg(long, value_enum, default_value_t = When::Auto)]
    pub color: When,
}

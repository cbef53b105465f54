package run

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/internal/testkit/need"
	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/toolchain"
)

// nosy is a crate whose build script looks around: it fails the build when it finds something.
var nosy = map[string]string{
	"crates/nosy/.cargo-checksum.json": `{"files":{}}`,
	"crates/nosy/Cargo.toml":           "[package]\nname = \"nosy\"\nversion = \"1.2.3\"\nedition = \"2021\"\n",
	"crates/nosy/src/lib.rs":           "pub fn greeting() -> &'static str { env!(\"GREETING\") }\n",
	"crates/nosy/build.rs": `use std::{env, fs, net, path::Path};
fn main() {
    assert!(env::var("TOKEN").is_err(), "sees the caller's environment");
    assert!(net::TcpStream::connect("127.0.0.1:PORT").is_err(), "reaches the machine");
    assert!(net::TcpStream::connect("1.1.1.1:443").is_err(), "reaches the network");
    assert!(fs::write(Path::new(&env::var("CARGO_HOME").unwrap()).join("x"), "x").is_err(), "writes to CARGO_HOME");
    assert!(fs::write(Path::new(&env::var("RUSTC").unwrap()), "x").is_err(), "writes to the toolchain");
    assert!(!Path::new("SECRET").exists(), "sees the home");
    println!("cargo:rustc-env=GREETING=hello from a crate");
}
`,
}

// offline returns a runner whose cargo takes crates from a directory instead of a registry.
func offline(t *testing.T, o Options) *Runner {
	t.Helper()
	home := files(t, map[string]string{"secret": "x"})
	for name, text := range nosy {
		write(t, filepath.Join(home, name), strings.ReplaceAll(text, "SECRET", filepath.Join(home, "secret")))
	}
	write(t, filepath.Join(home, ".cargo/config.toml"), "[source.crates-io]\nreplace-with = 'here'\n[source.here]\ndirectory = 'crates'\n")
	finder := toolchain.NewFinder("")
	rustup := finder.Home + "/.rustup"
	if dir := os.Getenv("RUSTUP_HOME"); dir != "" {
		rustup = dir
	}
	finder.Home = home
	finder.Getenv = func(name string) string {
		return map[string]string{"RUSTUP_HOME": rustup, "RUSTUP_TOOLCHAIN": os.Getenv("RUSTUP_TOOLCHAIN")}[name]
	}
	o.Finder = finder
	t.Setenv("TOKEN", "secret")
	return real(t, o)
}

const usesNosy = "//! ```cargo\n//! [dependencies]\n//! nosy = \"1\"\n//! ```\nfn main() {\n    println!(\"{}\", nosy::greeting());\n}\n"

func TestCrates(t *testing.T) {
	r := offline(t, Options{Refresh: true})
	s := inDeck("rust", "rust-script", usesNosy)
	var phases []string
	var last slides.Result
	err := r.Run(t.Context(), []*slides.Snippet{s}, func(ran slides.Ran) {
		if last = ran.Result; last.State == slides.Running && (len(phases) == 0 || phases[len(phases)-1] != last.Phase) {
			phases = append(phases, last.Phase)
		}
	})
	if last.Status == slides.SetupFailed && strings.Contains(last.Remark.Says, "in PATH") && !need.Listed("rust") {
		t.Skip(last.Remark.Says)
	}
	if err != nil || last.Status != slides.OK || string(last.Bytes()) != "hello from a crate\n" {
		t.Fatalf("%+v, %v\n%s", last, err, last.Bytes())
	}
	if got := strings.Join(phases, " "); got != "fetch build run" {
		t.Errorf("phases %q", got)
	}
	if again := do(t, r, s); again.Origin != slides.Live || again.Built > last.Built/4 {
		t.Errorf("again: %s, built in %v after %v", again.Origin, again.Built, last.Built)
	}
	other := do(t, r, inDeck("rust", "rust-script", strings.ReplaceAll(usesNosy, "{}", "again: {}")))
	if string(other.Bytes()) != "again: hello from a crate\n" {
		t.Errorf("%+v\n%s", other, other.Bytes())
	}
}

func TestCrateThatIsNotThere(t *testing.T) {
	r := offline(t, Options{})
	res := do(t, r, inDeck("rust-script", "", strings.ReplaceAll(usesNosy, "nosy", "nosuchcrate")))
	if res.Status != slides.SetupFailed || res.Phase != "fetch" || !strings.Contains(res.Remark.Says, "nosuchcrate") || res.Remark.Try == "" {
		t.Errorf("%+v\n%s", res, res.Bytes())
	}
}

func TestGoModuleOfTheDeck(t *testing.T) {
	dir := files(t, map[string]string{
		"go.mod":                        "module example.org/talk\n\ngo 1.21\n",
		"greet/greet.go":                "package greet\n\nconst Text = \"hello from the deck\"\n",
		"vendor/modules.txt":            "# example.com/dep v1.0.0\n## explicit\nexample.com/dep\n",
		"vendor/example.com/dep/dep.go": "package dep\n\nconst Text = \"and a vendored module\"\n",
	})
	write(t, filepath.Join(dir, "go.mod"), "module example.org/talk\n\ngo 1.21\n\nrequire example.com/dep v1.0.0\n")
	r := real(t, Options{Dir: dir, CacheDir: warm})
	res := do(t, r, inDeck("go", "", "package main\n\nimport (\n\t\"example.com/dep\"\n\t\"example.org/talk/greet\"\n)\n\nfunc main() { println(greet.Text, dep.Text) }\n"))
	if res.Status != slides.OK || string(res.Bytes()) != "hello from the deck and a vendored module\n" {
		t.Errorf("%+v\n%s", res, res.Bytes())
	}
}

func TestCgo(t *testing.T) {
	if !need.Listed("go") {
		t.Skip("compiling runtime/cgo takes long: say that go is needed")
	}
	r := real(t, Options{CacheDir: warm})
	res := do(t, r, inDeck("go", "", "package main\n\n// static int three(void) { return 3; }\nimport \"C\"\n\nfunc main() { println(C.three()) }\n"))
	if res.Status != slides.OK || string(res.Bytes()) != "3\n" {
		t.Errorf("%+v\n%s", res, res.Bytes())
	}
}

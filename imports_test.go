package slidexec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// room says what one package may import: packages of this module, and modules of others. What lies
// in internal is open to every package that ships, except testkit, which only tests import.
type room struct{ own, others string }

// rooms lists every package of this module. The arrows point one way: the model knows nobody, the
// backends know the model only, the sandbox knows no decks. A package that is not listed fails the
// test, and so does an import that is not listed: whoever adds one gives its reason in the commit.
var rooms = map[string]room{
	"internal/budget":          {"internal/text", ""},
	"internal/digest":          {},
	"internal/files":           {"internal/pattern internal/text", "golang.org/x/sys"},
	"internal/minify":          {"", "github.com/tdewolff/minify/v2"}, // for go generate
	"internal/pattern":         {},
	"internal/pdf":             {},
	"internal/qr":              {"", "rsc.io/qr"},
	"internal/testkit/browser": {"internal/testkit/need", "github.com/chromedp"}, // these are for tests: see TestImports
	"internal/testkit/edits":   {},
	"internal/testkit/golden":  {"", "github.com/google/go-cmp"},
	"internal/testkit/mutate":  {},
	"internal/testkit/need":    {"", "golang.org/x/sys"},
	"internal/testkit/poppler": {"internal/testkit/need", ""},
	"internal/testkit/pty":     {"", "golang.org/x/sys"},
	"internal/testkit/tmux":    {"internal/testkit/need", ""},
	"internal/testkit/verapdf": {"internal/testkit/need", ""},
	"internal/text":            {"", "github.com/clipperhouse/displaywidth"},

	"slides":           {},
	"slides/config":    {"slides slides/lang slides/permit slides/stage slides/yaml sandbox", ""},
	"slides/fetch":     {},
	"slides/lang":      {"slides", ""},
	"slides/live":      {"slides slides/run", "github.com/fsnotify/fsnotify golang.org/x/sys"},
	"slides/permit":    {"slides slides/fetch", "golang.org/x/sys"},
	"slides/remote":    {"slides slides/stage", "golang.org/x/sys"},
	"slides/run":       {"slides slides/fetch slides/lang slides/permit slides/run/store slides/toolchain slides/vt sandbox", "golang.org/x/sys"},
	"slides/run/store": {"", "golang.org/x/sys"},
	"slides/stage":     {"slides", ""},
	"slides/talk":      {"slides slides/config slides/lang slides/live slides/permit slides/run slides/theme markdown", ""},
	"slides/theme":     {"slides slides/yaml", ""},
	"slides/toolchain": {"slides slides/fetch slides/lang sandbox", "github.com/pelletier/go-toml golang.org/x/sys"},
	"slides/vt":        {"slides", ""},
	"slides/yaml":      {"slides", "github.com/goccy/go-yaml"},

	"markdown":         {"slides slides/lang slides/theme slides/yaml markdown/foreign", "github.com/yuin/goldmark github.com/yuin/goldmark-emoji"},
	"markdown/foreign": {"slides slides/yaml", ""},

	"render":             {"slides slides/lang render/ansi render/code", ""},
	"render/ansi":        {"slides", "github.com/clipperhouse/displaywidth"},
	"render/code":        {"slides slides/lang", ""},
	"render/html":        {"slides slides/stage render render/ansi render/code", ""},
	"render/html/server": {"slides slides/stage render render/code render/html", ""},
	"render/json":        {"slides render", ""},
	"render/md":          {"slides render render/ansi", ""},
	"render/rendertest":  {"slides render", ""}, // for tests: see TestImports
	"render/term":        {"slides slides/stage render render/ansi render/code", ""},

	"render/paper":         {"slides render render/html", "github.com/soniakeys/quant"},
	"render/plot":          {"slides render render/ansi render/code render/picture", "github.com/carlos7ags/folio golang.org/x/image golang.org/x/text"},
	"render/picture":       {"slides render/ansi", "golang.org/x/image github.com/mattn/go-sixel"},
	"render/present":       {"slides slides/stage render render/ansi render/code render/picture render/term render/present/input", ""},
	"render/present/cast":  {},
	"render/present/input": {"slides", ""},
	"render/present/notes": {"slides slides/remote slides/stage render render/ansi render/present/input render/term", ""},
	"render/present/tty":   {"render/present/input", "golang.org/x/sys"},

	"sandbox":                 {"sandbox/internal/filter sandbox/internal/group sandbox/internal/stage", "golang.org/x/sys"},
	"sandbox/internal/filter": {"sandbox/internal/stage", "golang.org/x/sys"},
	"sandbox/internal/group":  {"", "golang.org/x/sys"},
	"sandbox/internal/stage":  {"", "golang.org/x/sys"},

	"cmd/slidexec": {"slides slides/config slides/lang slides/live slides/permit slides/remote slides/run " +
		"slides/run/store slides/stage slides/talk slides/toolchain slides/vt markdown markdown/foreign render render/ansi render/code render/html render/html/server render/json render/md " +
		"render/paper render/picture render/plot render/present render/present/cast render/present/notes render/present/tty render/term sandbox",
		"github.com/spf13/cobra github.com/spf13/pflag golang.org/x/sys"},
}

// unreachable lists what a package may not reach on any way, so that a new arrow above cannot open
// a detour. An entry holds for the packages below it too.
var unreachable = map[string]string{
	"slides/lang":   "markdown sandbox slides/run render",
	"slides/remote": "markdown sandbox slides/run render cmd",
	"slides/stage":  "markdown sandbox slides/run render",
	"slides/run":    "markdown render cmd",
	"slides/live":   "render cmd",
	"slides/talk":   "render cmd",
	"slides/vt":     "markdown sandbox slides/run render cmd",
	"markdown":      "sandbox slides/run render cmd",
	"render":        "markdown sandbox slides/run slides/live slides/talk cmd",
	"sandbox":       "slides markdown render cmd",
	"internal":      "slides markdown render cmd",
}

// testsOnly are packages and modules for tests: nothing that ships may import them.
var testsOnly = []string{"internal/testkit", "render/rendertest", "github.com/alecthomas/chroma", "github.com/chromedp",
	"github.com/google/go-cmp", "github.com/rogpeppe/go-internal"}

const module = "github.com/slidexec/slidexec"

// goPackage is what go list says of a package.
type goPackage struct {
	ImportPath                               string
	Imports, Deps, TestImports, XTestImports []string
}

// listPackages asks for the packages as they are built for a system, with the files that need a browser.
func listPackages(t *testing.T, system string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "browser", "-json=ImportPath,Imports,Deps,TestImports,XTestImports", "./...")
	cmd.Env = append(os.Environ(), "GOOS="+system)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list for %s: %v\n%s", system, err, &stderr)
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestImports(t *testing.T) {
	empty := maps.Clone(rooms)
	for _, system := range []string{"linux", "darwin"} {
		for _, p := range listPackages(t, system) {
			delete(empty, strings.TrimPrefix(p.ImportPath, module+"/"))
			if p.ImportPath == module { // these tests
				continue
			}
			for _, fault := range faults(p) {
				t.Errorf("%s, built for %s", fault, system)
			}
		}
	}
	for name := range empty {
		t.Errorf("%s is in the list of packages, and is none", name)
	}
}

// faults says what a package imports without leave.
func faults(p goPackage) []string {
	name := strings.TrimPrefix(p.ImportPath, module+"/")
	r, ok := rooms[name]
	if !ok {
		return []string{name + " is not in the list of packages: give it the imports that it may have"}
	}
	own, others := strings.Fields(r.own), strings.Fields(r.others)
	var all []string
	for _, imp := range p.Imports {
		short, ours := strings.CutPrefix(imp, module+"/")
		switch {
		case isBelow(short, testsOnly) && !isBelow(name, testsOnly):
			all = append(all, name+" imports "+short+", which is for tests")
		case ours && !slices.Contains(own, short) && (!strings.HasPrefix(short, "internal/") || strings.HasPrefix(name, "internal/")):
			all = append(all, name+" imports "+short+"; of this module it may import "+orNothing(r.own))
		case !ours && isForeign(imp) && !isBelow(imp, others):
			all = append(all, name+" imports "+imp+"; of other modules it may import "+orNothing(r.others))
		}
	}
	for _, imp := range slices.Concat(p.TestImports, p.XTestImports) {
		if isForeign(imp) && !strings.HasPrefix(imp, module) && !isBelow(imp, others) && !isBelow(imp, testsOnly) {
			all = append(all, "the tests of "+name+" import "+imp+", which is not in the list of modules for tests")
		}
	}
	for from, never := range unreachable {
		if !isBelow(name, []string{from}) || isBelow(name, testsOnly) {
			continue
		}
		for _, dep := range p.Deps {
			if short, ours := strings.CutPrefix(dep, module+"/"); ours && isBelow(short, strings.Fields(never)) {
				all = append(all, name+" reaches "+short+": nothing in "+from+" may know it")
			}
		}
	}
	return all
}

// TestImportsFail shows that the test above finds what it is for.
func TestImportsFail(t *testing.T) {
	ours := func(names ...string) []string {
		for i, name := range names {
			names[i] = module + "/" + name
		}
		return names
	}
	for _, tt := range []struct {
		name string
		p    goPackage
		want string
	}{
		{"unknown package", goPackage{ImportPath: module + "/render/pdf", Imports: ours("sandbox")}, "render/pdf is not in the list"},
		{"unknown inside", goPackage{ImportPath: module + "/sandbox/internal/secret"}, "is not in the list"},
		{"arrow", goPackage{ImportPath: module + "/render/html", Imports: ours("sandbox")}, "render/html imports sandbox;"},
		{"inside of a package", goPackage{ImportPath: module + "/sandbox/internal/stage", Imports: ours("sandbox/internal/group")}, "imports sandbox/internal/group;"},
		{"internal", goPackage{ImportPath: module + "/internal/text", Imports: ours("internal/files")}, "internal/text imports internal/files;"},
		{"command", goPackage{ImportPath: module + "/cmd/slidexec", Imports: ours("sandbox/internal/stage")}, "imports sandbox/internal/stage;"},
		{"module", goPackage{ImportPath: module + "/slides", Imports: []string{"github.com/goccy/go-yaml/ast"}}, "imports github.com/goccy/go-yaml/ast;"},
		{"similar module", goPackage{ImportPath: module + "/slides/yaml", Imports: []string{"github.com/goccy/go-yaml2"}}, "go-yaml2;"},
		{"module in tests", goPackage{ImportPath: module + "/slides", XTestImports: []string{"example.org/assert"}}, "the tests of slides import"},
		{"test package", goPackage{ImportPath: module + "/render/md", Imports: ours("render/rendertest")}, "which is for tests"},
		{"test module", goPackage{ImportPath: module + "/slides", Imports: []string{"github.com/google/go-cmp/cmp"}}, "which is for tests"},
		{"detour", goPackage{ImportPath: module + "/render/json", Deps: ours("slides/config", "sandbox")}, "render/json reaches sandbox"},
	} {
		if got := strings.Join(faults(tt.p), "\n"); !strings.Contains(got, tt.want) {
			t.Errorf("%s: got %q, want %q in it", tt.name, got, tt.want)
		}
	}
}

// isForeign reports whether an import is of another module, rather than of the standard library.
func isForeign(imp string) bool {
	host, _, _ := strings.Cut(imp, "/")
	return strings.Contains(host, ".")
}

// isBelow reports whether a path is one of the given ones, or below it.
func isBelow(path string, of []string) bool {
	return slices.ContainsFunc(of, func(p string) bool { return path == p || strings.HasPrefix(path, p+"/") })
}

func orNothing(list string) string {
	if list == "" {
		return "nothing"
	}
	return list
}

package slidexec_test

import (
	"os/exec"
	"strings"
	"testing"
)

// allowed lists which packages of this module a package may import. The arrows point one way:
// the model knows nobody, backends know the model only, the sandbox knows no decks. What lies in
// internal may be imported by all and imports nothing of the module itself.
var allowed = map[string][]string{
	"internal/files":   {"internal/text"},
	"internal/text":    {},
	"internal/pattern": {},
	"internal/budget":  {},
	"slides":           {},
	"sandbox":          {"sandbox/internal"},
	"slides/yaml":      {"slides"},
	"slides/permit":    {"slides", "slides/fetch"},
	"slides/config":    {"slides", "slides/permit", "slides/yaml", "sandbox"},
	"markdown":         {"slides", "slides/yaml"},
	"slides/fetch":     {},
	"slides/toolchain": {"slides", "sandbox", "slides/fetch", "internal/files"},
	"slides/run":       {"slides", "sandbox", "slides/toolchain", "slides/permit", "slides/fetch", "slides/run/store"},
	"slides/run/store": {},
	"slides/live":      {"slides", "slides/run", "markdown"},
	"render":           {"slides", "render/code"},
	"render/code":      {"slides"},
	"render/html":      {"slides", "render", "render/code"},
	"render/json":      {"slides", "render"},
	"render/md":        {"slides", "render"},
	"render/term":      {"slides", "render", "render/code"},
	"render/rendertest": {
		"slides", "render",
	},
}

const module = "github.com/slidexec/slidexec/"

func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		pkg := strings.TrimPrefix(words[0], module)
		ok, listed := allowed[pkg]
		if !listed { // commands and the insides of a package
			if strings.HasPrefix(pkg, "internal/") {
				t.Errorf("%s is not in the list", pkg)
			}
			continue
		}
		for _, imp := range words[1:] {
			short, own := strings.CutPrefix(imp, module)
			switch {
			case own && !permits(ok, short) && !strings.HasPrefix(short, "internal/"):
				t.Errorf("%s imports %s; it may import %v", pkg, short, ok)
			case !own && strings.HasPrefix(pkg, "internal/") && foreign(imp):
				t.Errorf("%s imports %s; it may import the standard library, x/sys and displaywidth", pkg, imp)
			}
		}
	}
}

// foreign reports whether an import is of neither the standard library, nor its extension for
// systems, nor the table of how wide characters are.
func foreign(imp string) bool {
	host, _, _ := strings.Cut(imp, "/")
	return strings.Contains(host, ".") && !strings.HasPrefix(imp, "golang.org/x/sys/") &&
		imp != "github.com/clipperhouse/displaywidth"
}

// permits reports whether pkg is in the list, or below an entry of it that ends in internal.
func permits(list []string, pkg string) bool {
	for _, p := range list {
		if p == pkg || strings.HasSuffix(p, "internal") && strings.HasPrefix(pkg, p) {
			return true
		}
	}
	return false
}

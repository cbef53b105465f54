package theme

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/slides"
	"github.com/slidexec/slidexec/slides/yaml"
)

// TestGallery: the theme of the gallery deck has every key of the table.
func TestGallery(t *testing.T) {
	const name = "../../examples/gallery/theme.yaml"
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	f := slides.NewFile(name, name, src)
	v, err := yaml.Cut(f, 0, len(src)).Parse()
	if err != nil {
		t.Fatal(err)
	}
	var has []string
	var walk func(v yaml.Value, path []string)
	walk = func(v yaml.Value, path []string) {
		if v.Kind != yaml.Map {
			has = append(has, strings.Join(path, "."))
		}
		for _, f := range v.Fields {
			walk(f.Value, append(slices.Clone(path), f.Key))
		}
	}
	walk(v, nil)
	for _, k := range Keys() {
		prefix, suffix, any := strings.Cut(k.Path, "*")
		if !slices.ContainsFunc(has, func(p string) bool {
			return p == k.Path || any && strings.HasPrefix(p, prefix) && strings.HasSuffix(p, suffix) || sides.Replace(p) == sides.Replace(k.Path)
		}) {
			t.Errorf("the gallery lacks %s", k.Path)
		}
	}
}

// sides are the parts of a footer, each of which is text or a picture.
var sides = strings.NewReplacer("footer.left", "footer", "footer.center", "footer", "footer.right", "footer")

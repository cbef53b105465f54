package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const again = "run: go generate ./render/html/..."

// TestMade: pages have the scripts and style sheets of the present sources, and no others.
func TestMade(t *testing.T) {
	embeds := regexp.MustCompile(`(?m)^\s*//go:embed ([a-z]\S*\.(?:js|css))$`)
	for _, dir := range []string{"../../render/html", "../../render/html/server"} {
		made, err := makeAll(dir)
		if err != nil {
			t.Fatal(err)
		}
		if len(made) == 0 {
			t.Errorf("%s has no scripts", dir)
		}
		for name, want := range made {
			is, err := os.ReadFile(filepath.Join(dir, "min", name))
			if err != nil || !bytes.Equal(is, want) {
				t.Errorf("%s is not made from the present %s; %s (%v)", filepath.Join(dir, "min", name), name, again, err)
			}
		}
		left, err := filepath.Glob(filepath.Join(dir, "min", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range left {
			if _, ok := made[filepath.Base(path)]; !ok {
				t.Errorf("%s has no source; %s", path, again)
			}
		}
		sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		used := ""
		for _, path := range sources {
			src, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			used += string(src)
		}
		for _, m := range embeds.FindAllStringSubmatch(used, -1) {
			name, ok := strings.CutPrefix(m[1], "min/")
			if !ok {
				t.Errorf("%s: embed min/%s instead of %[2]s; %s", dir, m[1], again)
			}
			if made[name] == nil {
				t.Errorf("%s: %s is not made", dir, m[1])
			}
		}
	}
}

func TestMinified(t *testing.T) {
	for _, tt := range []struct{ name, source, want string }{
		{"a.js", "// why\n(() => {\n  \"use strict\";\n  const long = 1; /* how */\n  f(long, long);\n})();\n", "(()=>{\"use strict\";const e=1;f(e,e)})();\n"},
		{"a.js", "f()\n", "f();\n"},
		{"a.css", "/* why */\n.a .b {\n  color: red;\n}\n", ".a .b{color:red}\n"},
	} {
		got, err := minified(tt.name, []byte(tt.source))
		if err != nil || string(got) != tt.want {
			t.Errorf("%q becomes %q, %v, want %q", tt.source, got, err, tt.want)
		}
	}
	if _, err := minified("a.js", []byte("const = 1")); err == nil {
		t.Error("a script with a mistake is made")
	}
}

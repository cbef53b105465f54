package toolchain

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/slidexec/slidexec/slides/fetch"
)

// A program's manifest is turned into that of a plain package with the program as its only target.
// Package refuses settings that would run or read something else, and names their line. It does not
// leave them out, because a talk should not show a manifest that has no effect.

// table is a TOML table.
type table = map[string]any

// ProgramFile is the program's file name in the generated package.
const ProgramFile = "snippet.rs"

// refusedTables are top-level tables that a program of one file cannot have.
var refusedTables = map[string]string{
	"workspace": "a snippet is a package of its own", "replace": "use [patch] instead",
	"lib": "a snippet has one target, its program", "bin": "a snippet has one target, its program",
	"example": "a snippet has one target, its program", "test": "a snippet has one target, its program",
	"bench": "a snippet has one target, its program", "cargo-features": "this needs a nightly cargo",
}

// refusedKeys are keys of [package] that a program of one file cannot have.
var refusedKeys = map[string]string{
	"workspace": "a snippet is a package of its own",
	"build":     "a snippet has no files beside its program, so no build script",
	"links":     "this needs a build script",
}

// droppedKeys are about publishing or about other targets, which the package does not have.
var droppedKeys = []string{
	"publish", "autolib", "autobins", "autoexamples", "autotests", "autobenches", "default-run",
	"readme", "license-file", "include", "exclude", "documentation", "homepage", "repository",
}

// droppedTables do not affect building the program.
var droppedTables = []string{"badges", "dev-dependencies", "build-dependencies"}

// Package returns the Cargo.toml of a plain package. deny makes warnings of the program errors.
// The same manifest always gives the same bytes. The error is a *ManifestError.
func (s *Script) Package(deny bool) ([]byte, error) {
	m := table{}
	s.Sources = nil
	if err := toml.Unmarshal([]byte(s.Manifest), &m); err != nil {
		return nil, s.syntax(err)
	}
	if err := s.check(m); err != nil {
		return nil, err
	}
	for _, name := range droppedTables {
		delete(m, name)
	}
	pkg := sub(m, "package")
	for _, key := range droppedKeys {
		delete(pkg, key)
	}
	edition := "2021"
	if s.Front {
		edition = "2024" // cargo's own default for such a program
	}
	defaults(pkg, table{"name": "snippet", "version": "0.1.0", "edition": edition})
	pkg["autobins"] = false
	m["bin"] = []table{{"name": "snippet", "path": ProgramFile}}
	m["workspace"] = table{} // stops the search for one in the directories above
	// Line tables are enough for a backtrace and halve the time of linking.
	defaults(sub(sub(m, "profile"), "dev"), table{"debug": "line-tables-only"})
	if deny {
		sub(sub(m, "lints"), "rust")["warnings"] = "deny"
	}
	var b bytes.Buffer
	if err := toml.NewEncoder(&b).Encode(m); err != nil {
		return nil, &ManifestError{Line: s.lineOf(1), Msg: err.Error()}
	}
	return b.Bytes(), nil
}

// syntax places an error of the TOML reader.
func (s *Script) syntax(err error) error {
	e := &ManifestError{Line: s.lineOf(1), Msg: strings.TrimPrefix(err.Error(), "toml: ")}
	if de, ok := errors.AsType[*toml.DecodeError](err); ok {
		row, _ := de.Position()
		if l := s.lineOf(row); l > 0 {
			e.Line = l
		}
	}
	return e
}

// check refuses settings that a package of one program cannot have.
func (s *Script) check(m table) error {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if why, ok := refusedTables[name]; ok {
			return &ManifestError{Line: s.find(name), Msg: fmt.Sprintf("[%s] is not possible here: %s", name, why)}
		}
	}
	if p, ok := m["package"]; ok {
		pkg, ok := p.(table)
		if !ok {
			return &ManifestError{Line: s.find("package"), Msg: "package must be a table"}
		}
		for _, key := range slices.Sorted(maps.Keys(pkg)) {
			if why, ok := refusedKeys[key]; ok && pkg[key] != false {
				return &ManifestError{Line: s.find(key), Msg: fmt.Sprintf("package.%s is not possible here: %s", key, why)}
			}
		}
	}
	return s.checkSources(m)
}

// checkSources checks every table that can name the source of a crate.
func (s *Script) checkSources(m table) error {
	lists := []table{sub(m, "dependencies")}
	for _, registry := range sub(m, "patch") {
		if t, ok := registry.(table); ok {
			lists = append(lists, t)
		}
	}
	for _, platform := range sub(m, "target") {
		if t, ok := platform.(table); ok {
			lists = append(lists, sub(t, "dependencies"))
			for _, name := range droppedTables {
				delete(t, name)
			}
		}
	}
	for _, key := range []string{"dependencies", "patch", "target"} {
		if len(sub(m, key)) == 0 {
			delete(m, key)
		}
	}
	for _, list := range lists {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			if err := s.checkSource(name, list[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkSource refuses crates that do not come from a registry or a repository on the network.
func (s *Script) checkSource(name string, spec any) error {
	t, ok := spec.(table)
	if !ok {
		return nil // a version, or a mistake that cargo reports
	}
	refuse := func(key, msg string) error {
		return &ManifestError{Line: s.find(name, key), Msg: fmt.Sprintf("dependency %q: %s", name, msg),
			Hint: "use the crate from a registry or a repository: " + name + ` = { git = "https://…" }`}
	}
	for _, key := range []string{"path", "base", "workspace"} {
		if _, ok := t[key]; ok {
			return refuse(key, key+" is not possible here: cargo sees no file but the snippet's manifest")
		}
	}
	for _, key := range slices.Sorted(maps.Keys(schemes)) {
		value, ok := t[key]
		if !ok {
			continue
		}
		address, _ := value.(string)
		place, ok := fetch.PlaceOf(address)
		if !ok || !hasScheme(address, schemes[key]...) {
			return refuse(key, key+" must be an https:// address")
		}
		s.Sources = append(s.Sources, Source{Name: name, Place: place, Line: s.find(name, key)})
	}
	return nil
}

// schemes are the allowed schemes of crates' addresses, by the key that names them.
var schemes = map[string][]string{"git": {"https://", "http://"}, "registry-index": {"https://", "sparse+https://"}}

func hasScheme(url string, schemes ...string) bool {
	return slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(strings.ToLower(url), s) })
}

// sub returns the table under a key, adding an empty one where there is none.
func sub(m table, key string) table {
	t, ok := m[key].(table)
	if !ok {
		t = table{}
		if _, taken := m[key]; !taken { // cargo reports another type
			m[key] = t
		}
	}
	return t
}

// defaults sets the missing keys.
func defaults(t, values table) {
	for k, v := range values {
		if _, ok := t[k]; !ok {
			t[k] = v
		}
	}
}

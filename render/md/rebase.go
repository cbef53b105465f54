package md

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/slidexec/slidexec/internal/pattern"
	"github.com/slidexec/slidexec/slides"
)

// relativeDir returns the folder of an included file relative to the folder of its parent, "" if they
// are the same.
func relativeDir(parent, included *slides.File) string {
	to := filepath.Dir(pathOf(included))
	rel, err := filepath.Rel(filepath.Dir(pathOf(parent)), to)
	switch {
	case err != nil:
		return filepath.ToSlash(to)
	case rel == ".":
		return ""
	}
	return filepath.ToSlash(rel)
}

func pathOf(f *slides.File) string {
	if f.Path != "" {
		return f.Path
	}
	return f.Name
}

// joinDir appends a relative path to a folder; "" is the current folder.
func joinDir(dir, rel string) string {
	switch {
	case rel == "":
		return dir
	case dir == "" || path.IsAbs(rel):
		return rel
	}
	return path.Join(dir, rel)
}

// paths returns the edits that make the paths in f relative to the folder of the result. dir is the
// folder of f relative to that of the result.
func (s *splicer) paths(f *slides.File, dir string) []edit {
	if dir == "" {
		return nil
	}
	var list []edit
	for _, at := range s.names[f] {
		list = append(list, edit{at.Off, at.End, rebase(f.Src[:at.Off], at.Text(), dir)})
	}
	return list
}

var (
	yamlKey  = pattern.New(`(?:^|\n)[ \t>]*["']?path["']?[ \t]*:[ \t]*$`)
	plainDir = pattern.New(`^[A-Za-z0-9._/-]*$`)
)

// rebase prefixes the path name with dir, the folder in which it begins. before is the source before it.
func rebase(before []byte, name, dir string) string {
	switch {
	case strings.HasSuffix(string(before[max(0, len(before)-5):]), "+env:"):
		return under(dir, name)
	case yamlKey().Match(before[max(0, len(before)-200):]):
		if quote := name[0]; quote == '"' || quote == '\'' {
			name = strings.ReplaceAll(strings.Trim(name, name[:1]), `''`, `'`)
		}
		name = under(dir, name)
		if plainDir().MatchString(name) {
			return name
		}
		return "'" + strings.ReplaceAll(name, "'", "''") + "'"
	case plainDir().MatchString(dir):
		return under(dir, name)
	}
	return under(escapeDir(dir), name)
}

func under(dir, name string) string {
	joined := path.Join(dir, name)
	if strings.HasSuffix(name, "/") {
		joined += "/"
	}
	return joined
}

// escapeDir escapes a folder for use in a destination.
func escapeDir(dir string) string {
	var b strings.Builder
	for i := range len(dir) {
		if c := dir[i]; c <= ' ' || strings.IndexByte(`%()<>[]\"'|&#?*_`+"`", c) >= 0 {
			b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
			continue
		}
		b.WriteByte(dir[i])
	}
	return b.String()
}

package toolchain

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

func isVolta(f *Finder, path string) bool {
	home := f.under("VOLTA_HOME", ".volta")
	return home != "" && filepath.Dir(path) == filepath.Join(home, "bin")
}

func volta(f *Finder, path string) (string, error) {
	home, tool := f.under("VOLTA_HOME", ".volta"), filepath.Base(path)
	var platform struct {
		Node struct{ Runtime string }
	}
	b, err := readSmall(filepath.Join(home, "tools", "user", "platform.json"))
	if err == nil && json.Unmarshal(b, &platform) == nil && !strings.Contains(platform.Node.Runtime, "/") {
		p := filepath.Join(home, "tools", "image", "node", platform.Node.Runtime, "bin", tool)
		if executable(p) {
			return p, nil
		}
	}
	return f.which("volta", tool, filepath.Dir(path))
}

func isAsdf(f *Finder, path string) bool {
	root := f.under("ASDF_DATA_DIR", ".asdf")
	return root != "" && filepath.Dir(path) == filepath.Join(root, "shims")
}

// asdf reads the plugins of a shim from the shim itself, and their versions from the .tool-versions
// files.
func asdf(f *Finder, path string) (string, error) {
	root, tool := f.under("ASDF_DATA_DIR", ".asdf"), filepath.Base(path)
	b, err := readSmall(path)
	if err != nil {
		return "", fmt.Errorf("read shim: %w", err)
	}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) < 4 || words[0] != "#" || words[1] != "asdf-plugin:" {
			continue
		}
		plugin := words[2]
		for _, version := range f.toolVersion(plugin) {
			for _, bin := range []string{"bin", "go/bin", "packages/bin", "."} {
				p := filepath.Join(root, "installs", plugin, version, bin, tool)
				if executable(p) {
					return p, nil
				}
			}
		}
	}
	return f.which("asdf", tool, filepath.Dir(path))
}

// toolVersion returns the versions in force of an asdf plugin.
func (f *Finder) toolVersion(plugin string) []string {
	env := "ASDF_" + strings.ToUpper(strings.ReplaceAll(plugin, "-", "_")) + "_VERSION"
	if v := f.getenv(env); v != "" {
		return strings.Fields(v)
	}
	for dir := range f.upwards() {
		if b, err := readNear(dir, ".tool-versions"); err == nil {
			if versions := toolVersions(b, plugin); len(versions) > 0 {
				return versions
			}
		}
	}
	return f.homeVersions(plugin)
}

// homeVersions returns the versions of a plugin that the user's own .tool-versions names.
func (f *Finder) homeVersions(plugin string) []string {
	b, err := readSmall(filepath.Join(f.Home, ".tool-versions"))
	if f.Home == "" || err != nil {
		return nil
	}
	return toolVersions(b, plugin)
}

// toolVersions finds the versions of a plugin in a .tool-versions file.
func toolVersions(text []byte, plugin string) []string {
	for line := range strings.Lines(string(text)) {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == plugin {
			return plainNames(words[1:])
		}
	}
	return nil
}

func isMise(f *Finder, path string) bool {
	for _, root := range []string{f.under("MISE_DATA_DIR", ".local/share/mise"), f.under("XDG_DATA_HOME", ".local/share") + "/mise"} {
		if filepath.Dir(path) == filepath.Join(root, "shims") {
			return true
		}
	}
	return false
}

// miseTools maps commands to mise's name of the tool that has them.
var miseTools = map[string]string{
	"node": "node", "python": "python", "python3": "python", "go": "go", "ruby": "ruby", "java": "java", "deno": "deno",
	"bun": "bun", "uv": "uv", "lua": "lua", "php": "php", "perl": "perl", "elixir": "elixir", "julia": "julia",
}

// mise finds the version in mise's settings. Asking mise costs a process, and a deck with many
// snippets would ask for each.
func mise(f *Finder, path string) (string, error) {
	name, installs := filepath.Base(path), filepath.Join(filepath.Dir(filepath.Dir(path)), "installs")
	if tool := miseTools[name]; tool != "" {
		for _, version := range f.miseVersions(tool) {
			for _, bin := range []string{"bin", "."} {
				if p := filepath.Join(installs, tool, version, bin, name); executable(p) {
					return p, nil
				}
			}
		}
	}
	return f.which("mise", name, filepath.Dir(path))
}

// miseVersions returns the versions in force of a tool. Directories named after the beginning of a
// version lead to the newest installed one.
func (f *Finder) miseVersions(tool string) []string {
	if v := f.getenv("MISE_" + strings.ToUpper(tool) + "_VERSION"); v != "" {
		return strings.Fields(v)
	}
	for dir := range f.upwards() {
		for _, name := range []string{"mise.toml", ".mise.toml", ".config/mise.toml", ".tool-versions"} {
			b, err := readNear(dir, name)
			if err != nil {
				continue
			}
			if versions := miseFile(name, b, tool); len(versions) > 0 {
				return versions
			}
		}
	}
	if f.Home == "" {
		return nil
	}
	name := "config.toml"
	if b, err := readSmall(filepath.Join(f.under("MISE_CONFIG_DIR", ".config/mise"), name)); err == nil {
		if versions := miseFile(name, b, tool); len(versions) > 0 {
			return versions
		}
	}
	return f.homeVersions(tool)
}

// miseFile finds the versions of a tool in one of mise's files.
func miseFile(name string, text []byte, tool string) []string {
	if name == ".tool-versions" {
		return toolVersions(text, tool)
	}
	var file struct{ Tools map[string]any }
	if toml.Unmarshal(text, &file) != nil {
		return nil
	}
	var out []string
	add := func(v any) {
		if t, ok := v.(map[string]any); ok {
			v = t["version"]
		}
		if s, ok := v.(string); ok {
			out = append(out, s)
		}
	}
	if list, ok := file.Tools[tool].([]any); ok {
		for _, v := range list {
			add(v)
		}
	} else {
		add(file.Tools[tool])
	}
	return plainNames(out)
}

func isSnap(_ *Finder, path string) bool {
	real, err := filepath.EvalSymlinks(path)
	return err == nil && real == "/usr/bin/snap"
}

func snap(_ *Finder, path string) (string, error) {
	tool := filepath.Base(path)
	for _, p := range []string{"/snap/" + tool + "/current/bin/" + tool, "/snap/" + tool + "/current/" + tool} {
		if executable(p) {
			return p, nil
		}
	}
	return "", &NotFoundError{Name: tool, Shim: "snap", Why: "the program is not where snaps keep programs"}
}

// which asks the manager itself. It runs in the user's home, never in the deck's folder, because
// the deck's files must not choose a program that runs outside the sandbox.
func (f *Finder) which(manager, tool, shimDir string) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if found, ok := f.asked[manager+" "+tool]; ok && executable(found) {
		return found, nil
	}
	notFound := &NotFoundError{Name: tool, Shim: manager, Why: "the shim names no installed version"}
	path, err := f.look(manager, shimDir)
	if err != nil {
		return "", notFound
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "which", tool)
	cmd.Dir = f.Home
	cmd.WaitDelay = time.Second // a manager's own children may hold the pipe
	out, err := cmd.Output()
	if err != nil {
		if e, ok := errors.AsType[*exec.ExitError](err); ok && len(e.Stderr) > 0 {
			notFound.Why = strings.TrimPrefix(firstLine(e.Stderr), "error: ")
		}
		return "", notFound
	}
	found := firstLine(out)
	if !filepath.IsAbs(found) || !executable(found) || filepath.Dir(found) == shimDir {
		return "", notFound
	}
	if f.asked == nil {
		f.asked = map[string]string{}
	}
	f.asked[manager+" "+tool] = found
	return found, nil
}

// firstLine returns the first line that is not blank.
func firstLine(b []byte) string {
	for line := range strings.Lines(string(b)) {
		if s := strings.TrimSpace(line); s != "" {
			return s
		}
	}
	return ""
}

package toolchain

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// isRustup recognises a proxy: a link to the rustup program beside it, symbolic or hard.
func isRustup(_ *Finder, path string) bool {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false
	}
	if name := filepath.Base(real); name == "rustup" || name == "rustup-init" {
		return filepath.Base(path) != name
	}
	proxy, err := os.Stat(real)
	if err != nil {
		return false
	}
	manager, err := os.Stat(filepath.Join(filepath.Dir(real), "rustup"))
	return err == nil && os.SameFile(proxy, manager)
}

// rustup finds the toolchain that a proxy would run, in rustup's own order: variable, override for
// the directory, toolchain file, default. If the files do not tell, it asks rustup.
func rustup(f *Finder, path string) (string, error) {
	home, tool := f.under("RUSTUP_HOME", ".rustup"), filepath.Base(path)
	for _, name := range f.rustToolchains(home) {
		for _, dir := range toolchainDirs(home, name) {
			if p := filepath.Join(dir, "bin", tool); executable(p) {
				return p, nil
			}
		}
	}
	return f.which("rustup", tool, "")
}

// rustToolchains lists the names that decide; a stronger source hides the weaker ones.
func (f *Finder) rustToolchains(home string) []string {
	if name := f.getenv("RUSTUP_TOOLCHAIN"); name != "" {
		return []string{name}
	}
	var settings struct {
		Default   string            `toml:"default_toolchain"`
		Overrides map[string]string `toml:"overrides"`
	}
	if b, err := readSmall(filepath.Join(home, "settings.toml")); err == nil {
		if toml.Unmarshal(b, &settings) != nil {
			return nil
		}
	}
	for dir := range f.upwards() {
		if name := settings.Overrides[dir]; name != "" {
			return []string{name}
		}
		if name := toolchainFile(dir); name != "" {
			return []string{name}
		}
	}
	if settings.Default == "" {
		return nil
	}
	return []string{settings.Default}
}

// toolchainFile reads the channel from a directory's rust-toolchain file. It ignores the file's
// path key: a deck's folder must not choose a directory to run programs from.
func toolchainFile(dir string) string {
	for _, name := range []string{"rust-toolchain", "rust-toolchain.toml"} {
		b, err := readNear(dir, name)
		if err != nil {
			continue
		}
		var file struct {
			Toolchain struct{ Channel string }
		}
		channel := strings.TrimSpace(string(b))
		if toml.Unmarshal(b, &file) == nil {
			channel = file.Toolchain.Channel
		}
		if channel != "" && !strings.ContainsAny(channel, "/\\ \n") && !strings.HasPrefix(channel, ".") {
			return channel
		}
	}
	return ""
}

// toolchainDirs returns the possible directories of a toolchain: "stable" is short for stable-HOST.
func toolchainDirs(home, name string) []string {
	if filepath.IsAbs(name) { // RUSTUP_TOOLCHAIN and overrides may name a directory
		return []string{name}
	}
	base := filepath.Join(home, "toolchains")
	dirs := []string{filepath.Join(base, name)}
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686", "riscv64": "riscv64gc"}[runtime.GOARCH]
	for _, libc := range []string{"gnu", "musl"} {
		dirs = append(dirs, filepath.Join(base, name+"-"+arch+"-unknown-linux-"+libc))
	}
	if arch != "" {
		dirs = append(dirs, filepath.Join(base, name+"-"+arch+"-apple-darwin"))
	}
	return dirs
}

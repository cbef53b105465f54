package run

import (
	"bufio"
	"errors"
	"os"
	"runtime"
	"strings"

	"github.com/slidexec/slidexec/slides/toolchain"
)

// packages maps a command to the package that has it, by package manager. A manager that is not
// listed for a command has it under the command's own name, unless everything about the command is
// in "how", a sentence for tools that distributions do not package well.
var packages = map[string]map[string]string{
	"cargo":      {"how": "install Rust with rustup (https://rustup.rs)", "apt-get": "cargo", "pacman": "rust", "brew": "rust"},
	"rustc":      {"how": "install Rust with rustup (https://rustup.rs)", "apt-get": "rustc", "dnf": "rust", "pacman": "rust", "apk": "rust", "zypper": "rust", "brew": "rust"},
	"cc":         {"apt-get": "gcc", "dnf": "gcc", "pacman": "gcc", "apk": "build-base", "zypper": "gcc", "brew": "gcc"},
	"gcc":        {"apt-get": "gcc libc6-dev", "apk": "build-base"},
	"g++":        {"dnf": "gcc-c++", "pacman": "gcc", "apk": "build-base", "zypper": "gcc-c++", "brew": "gcc"},
	"python3":    {"pacman": "python", "brew": "python"},
	"node":       {"apt-get": "nodejs", "dnf": "nodejs", "pacman": "nodejs", "apk": "nodejs", "zypper": "nodejs"},
	"go":         {"apt-get": "golang-go", "dnf": "golang"},
	"java":       {"apt-get": "default-jdk-headless", "dnf": "java-latest-openjdk-devel", "pacman": "jdk-openjdk", "apk": "openjdk21", "zypper": "java-21-openjdk-devel", "brew": "openjdk"},
	"Rscript":    {"apt-get": "r-base-core", "dnf": "R-core", "pacman": "r", "apk": "R", "zypper": "R-base", "brew": "r"},
	"lua":        {"apt-get": "lua5.4", "apk": "lua5.4", "zypper": "lua54"},
	"php":        {"apt-get": "php-cli", "dnf": "php-cli", "apk": "php", "zypper": "php8-cli"},
	"runhaskell": {"apt-get": "ghc", "dnf": "ghc", "pacman": "ghc", "apk": "ghc", "zypper": "ghc", "brew": "ghc"},
	"kotlinc":    {"how": "install Kotlin (https://kotlinlang.org/docs/command-line.html)", "brew": "kotlin", "pacman": "kotlin"},
	"uv":         {"how": "install uv (https://docs.astral.sh/uv)", "brew": "uv", "pacman": "uv"},
	"deno":       {"how": "install Deno (https://deno.com)", "brew": "deno", "pacman": "deno"},
	"bun":        {"how": "install Bun (https://bun.sh)", "brew": "oven-sh/bun/bun"},
	"nu":         {"how": "install Nushell (https://www.nushell.sh)", "brew": "nushell", "pacman": "nushell", "apk": "nushell"},
	"julia":      {"how": "install Julia with juliaup (https://julialang.org/install)", "brew": "julia", "pacman": "julia"},
	"pwsh":       {"how": "install PowerShell (https://aka.ms/powershell)", "brew": "powershell"},
}

// managers maps the ids of os-release, also those of ID_LIKE, to the command that installs.
var managers = []struct{ id, manager, install string }{
	{"debian", "apt-get", "apt-get install "},
	{"ubuntu", "apt-get", "apt-get install "},
	{"fedora", "dnf", "dnf install "},
	{"rhel", "dnf", "dnf install "},
	{"arch", "pacman", "pacman -S "},
	{"alpine", "apk", "apk add "},
	{"suse", "zypper", "zypper install "},
	{"opensuse", "zypper", "zypper install "},
	{"darwin", "brew", "brew install "},
}

// managed says what to tell a version manager that is there, and has no version to run.
var managed = map[string]string{"rustup": "give rustup a toolchain: rustup default stable"}

// howToGet says how to get a command that was not found.
func howToGet(command string, err error) string {
	if e, ok := errors.AsType[*toolchain.NotFoundError](err); ok && managed[e.Shim] != "" {
		return managed[e.Shim]
	}
	return installHint(command)
}

// installHint says how to get a command on this machine.
func installHint(command string) string { return hintFor(command, systemIDs()) }

func hintFor(command string, ids []string) string {
	names := packages[command]
	for _, id := range ids {
		for _, m := range managers {
			if m.id != id {
				continue
			}
			switch name := names[m.manager]; {
			case names["how"] != "" && name != "":
				return names["how"] + " or: " + m.install + name
			case name != "":
				return m.install + name
			case names["how"] == "":
				return m.install + command
			}
		}
	}
	if names["how"] != "" {
		return names["how"]
	}
	return "install " + command + " and put it into PATH"
}

// systemIDs returns this system's id and those it is like, the closest first.
func systemIDs() []string {
	f, err := os.Open("/etc/os-release")
	if err != nil {
		return []string{runtime.GOOS}
	}
	defer f.Close()
	var id, like []string
	for sc := bufio.NewScanner(f); sc.Scan(); {
		key, value, _ := strings.Cut(sc.Text(), "=")
		switch words := strings.Fields(strings.Trim(value, `"'`)); key {
		case "ID":
			id = words
		case "ID_LIKE":
			like = words
		}
	}
	return append(id, like...)
}

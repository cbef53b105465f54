package lang

import (
	"bufio"
	"os"
	"runtime"
	"slices"
	"strings"
)

// pack says how to get a command: a sentence, and the package that has it.
type pack struct{ command, how, apt, dnf, pacman, apk, zypper, brew string }

// packages says which package has a command, by package manager. If a manager's name is empty, its
// package has the command's own name, unless there is a sentence. The sentence says how to get a
// command that distributions do not package, or not well.
var packages = []pack{
	{"cargo", "install Rust with rustup (https://rustup.rs)", "cargo", "", "rust", "", "", "rust"},
	{"rustc", "install Rust with rustup (https://rustup.rs)", "rustc", "rust", "rust", "rust", "rust", "rust"},
	{"sh", "", "dash", "bash", "bash", "busybox", "bash", "bash"},
	{"cc", "", "gcc", "gcc", "gcc", "build-base", "gcc", "gcc"},
	{"gcc", "", "gcc libc6-dev", "", "", "build-base", "", ""},
	{"g++", "", "", "gcc-c++", "gcc", "build-base", "gcc-c++", "gcc"},
	{"python3", "", "", "", "python", "", "", "python"},
	{"node", "", "nodejs", "nodejs", "nodejs", "nodejs", "nodejs", ""},
	{"go", "", "golang-go", "golang", "", "", "", ""},
	{"java", "", "default-jdk-headless", "java-latest-openjdk-devel", "jdk-openjdk", "openjdk21", "java-21-openjdk-devel", "openjdk"},
	{"Rscript", "", "r-base-core", "R-core", "r", "R", "R-base", "r"},
	{"lua", "", "lua5.4", "", "", "lua5.4", "lua54", ""},
	{"php", "", "php-cli", "php-cli", "", "php", "php8-cli", ""},
	{"runhaskell", "", "ghc", "ghc", "ghc", "ghc", "ghc", "ghc"},
	{"kotlinc", "install Kotlin (https://kotlinlang.org/docs/command-line.html)", "", "", "kotlin", "", "", "kotlin"},
	{"uv", "install uv (https://docs.astral.sh/uv)", "", "", "uv", "", "", "uv"},
	{"deno", "install Deno (https://deno.com)", "", "", "deno", "", "", "deno"},
	{"bun", "install Bun (https://bun.sh)", "", "", "", "", "", "oven-sh/bun/bun"},
	{"nu", "install Nushell (https://www.nushell.sh)", "", "", "nushell", "nushell", "", "nushell"},
	{"julia", "install Julia with juliaup (https://julialang.org/install)", "", "", "julia", "", "", "julia"},
	{"pwsh", "install PowerShell (https://aka.ms/powershell)", "", "", "", "", "", "powershell"},
	{"chromium", "", "chromium", "chromium", "chromium", "chromium", "chromium", "chromium"},
	{"rsvg-convert", "", "librsvg2-bin", "librsvg2-tools", "librsvg", "rsvg-convert", "rsvg-convert", "librsvg"},
	{"dotnet", "install .NET (https://dotnet.microsoft.com/download)", "", "", "dotnet-sdk", "", "", "dotnet"},
	{"mmdr", "cargo install mermaid-rs-renderer", "", "", "", "", "", ""},
	{"mmdc", "npm install -g @mermaid-js/mermaid-cli", "", "", "", "", "", "mermaid-cli"},
	{"d2", "install D2 (https://d2lang.com/tour/install)", "", "", "d2", "", "", "d2"},
	{"dot", "", "graphviz", "graphviz", "graphviz", "graphviz font-dejavu", "graphviz", "graphviz"},
	{"typst", "install Typst (https://github.com/typst/typst#installation)", "", "", "typst", "typst", "", "typst"},
	{"latex", "", "texlive-latex-base dvisvgm", "texlive-latex-bin texlive-dvisvgm", "texlive-basic texlive-latex texlive-binextra", "texlive texlive-dvi",
		"texlive-latex texlive-dvisvgm", "texlive"},
	{"dotnet-script", "install .NET (https://dotnet.microsoft.com/download), then: dotnet tool install -g dotnet-script", "", "", "", "", "", ""},
}

// SVG are the commands that draw SVG for terminals, the best one first: any of them is enough.
const SVG = "rsvg-convert|resvg|inkscape"

// Browser is the command that prints slides. Others of its kind do as well.
const Browser = "chromium"

// managers maps the ids of os-release, also those of ID_LIKE, to the command that installs and the
// column of its packages.
var managers = []struct {
	id, install string
	column      func(pack) string
}{
	{"debian", "apt-get install ", apt},
	{"ubuntu", "apt-get install ", apt},
	{"fedora", "dnf install ", dnf},
	{"rhel", "dnf install ", dnf},
	{"arch", "pacman -S ", func(p pack) string { return p.pacman }},
	{"alpine", "apk add ", func(p pack) string { return p.apk }},
	{"suse", "zypper install ", zypper},
	{"opensuse", "zypper install ", zypper},
	{"darwin", "brew install ", func(p pack) string { return p.brew }},
}

func apt(p pack) string    { return p.apt }
func dnf(p pack) string    { return p.dnf }
func zypper(p pack) string { return p.zypper }

// packaged returns a manager's package of a command, "" if only the sentence helps.
func packaged(command string, column func(pack) string) (name, how string) {
	p := pack{command: command}
	if i := slices.IndexFunc(packages, func(p pack) bool { return p.command == command }); i >= 0 {
		p = packages[i]
	}
	if name = column(p); name == "" && p.how == "" {
		name = command
	}
	return name, p.how
}

// Install says how to get a command on this machine.
func Install(command string) string { return installOn(command, systemIDs()) }

func installOn(command string, ids []string) string {
	for _, id := range ids {
		for _, m := range managers {
			if m.id != id {
				continue
			}
			switch name, how := packaged(command, m.column); {
			case how != "" && name != "":
				return how + " or: " + m.install + name
			case name != "":
				return m.install + name
			}
		}
	}
	if _, how := packaged(command, apt); how != "" {
		return how
	}
	return "install " + command + " and put it into PATH"
}

// Debian returns Debian's packages for running the language; false if Debian lacks one of them.
func (l Language) Debian() ([]string, bool) {
	var out []string
	for _, c := range l.Commands() {
		first, _, _ := strings.Cut(c, "|")
		name, _ := packaged(first, apt)
		if name == "" {
			return nil, false
		}
		out = append(out, strings.Fields(name)...)
	}
	if l.Package != "" {
		out = append(out, l.Package)
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// systemIDs returns this system's id and the ids of similar systems, the closest first.
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

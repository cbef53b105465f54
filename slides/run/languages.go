package run

// languages is everything that can be run. To add one, add an entry: the file its program is
// written to, the commands, the prefix of hidden lines where the language has one, and an example,
// which the tests run. How to install its commands goes to packages in install.go.
//
// A program lies in a directory of its own, $pwd, and starts in the deck's folder.
var languages = map[string]Language{
	"bash": {
		File: "script.sh", Hidden: "/// ",
		Steps:   [][]string{{"bash", "$pwd/script.sh"}},
		Example: "x=hel; echo \"${x}lo\"\n",
	},
	"sh": {
		Aliases: []string{"shell"},
		File:    "script.sh", Hidden: "/// ",
		Steps:   [][]string{{"sh", "$pwd/script.sh"}},
		Example: "echo hello\n",
	},
	"zsh": {
		File: "script.sh", Hidden: "/// ",
		Steps:   [][]string{{"zsh", "$pwd/script.sh"}},
		Example: "print hello\n",
	},
	"fish": {
		File: "script.fish", Hidden: "/// ",
		Steps:   [][]string{{"fish", "--no-config", "$pwd/script.fish"}},
		Example: "set x hello; echo $x\n",
	},
	"python": {
		Aliases: []string{"py", "python3"},
		File:    "snippet.py", Hidden: "/// ",
		Steps:   [][]string{{"python3|python", "-u", "$pwd/snippet.py"}},
		Env:     []string{"PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=" + workDir}, // modules beside the deck
		Example: "print('hello')\n",
		Alternatives: map[string]Language{
			"pytest": {
				Steps: [][]string{{"python3|python", "-u", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=yes",
					"--rootdir=$pwd", "$pwd/snippet.py"}},
				Stdout: true,
			},
			"uv": {
				Steps: [][]string{{"uv", "run", "--offline", "--no-project", "--script", "-q", "$pwd/snippet.py"}},
				Needs: []string{"python3|python"},
				Env:   []string{"UV_CACHE_DIR=/tmp/.uv", "UV_PYTHON_DOWNLOADS=never", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"},
			},
		},
	},
	"js": {
		Aliases: []string{"javascript", "node", "nodejs", "mjs"},
		File:    "snippet.js", Hidden: "/// ",
		Steps:        [][]string{{"node|nodejs", "$pwd/snippet.js"}},
		Env:          []string{"FORCE_COLOR=true"},
		Example:      "console.log('hello')\n",
		Alternatives: scriptRuntimes("snippet.js"),
	},
	"typescript": {
		Aliases: []string{"ts"},
		File:    "snippet.ts", Hidden: "/// ",
		Steps:        [][]string{{"node|nodejs", "$pwd/snippet.ts"}}, // node strips types since 22.18
		Env:          []string{"FORCE_COLOR=true"},
		Example:      "const s: string = 'hello'; console.log(s)\n",
		Alternatives: scriptRuntimes("snippet.ts"),
	},
	"rust": {
		Aliases: []string{"rs"},
		File:    "snippet.rs", Hidden: "# ",
		Steps: [][]string{
			{"rustc", "--edition", "2021", "--crate-name", "snippet", "--color", "always", "-o", "$bin", "$pwd/snippet.rs"},
			{"$bin"},
		},
		Needs:   []string{"cc"}, // links
		Example: "fn main() { println!(\"hello\"); }\n",
		Alternatives: map[string]Language{
			"rust-script":          crates(false),
			"rust-script-pedantic": crates(true),
		},
	},
	"rust-script": {
		File: "snippet.rs", Hidden: "# ",
		Steps: [][]string{{"$bin"}}, Needs: []string{"cargo", "rustc", "cc"}, Builder: CargoBuild,
		Example:      "println!(\"hello\");\n",
		Alternatives: map[string]Language{"rust-script": crates(false), "rust-script-pedantic": crates(true)},
	},
	"go": {
		Aliases: []string{"golang"},
		File:    "snippet.go", Hidden: "/// ",
		Steps: [][]string{{"$bin"}}, Needs: []string{"go"}, Builder: GoBuild,
		Example: "package main\n\nfunc main() { println(\"hello\") }\n",
	},
	"c": {
		File: "snippet.c", Hidden: "/// ",
		Steps: [][]string{
			{"gcc|cc|clang", "-fdiagnostics-color=always", "-o", "$bin", "$pwd/snippet.c", "-lm", "-pthread"},
			{"$bin"},
		},
		Example: "#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n",
	},
	"c++": {
		Aliases: []string{"cpp", "cxx", "cc"},
		File:    "snippet.cpp", Hidden: "/// ",
		Steps: [][]string{
			{"g++|c++|clang++", "-std=c++20", "-fdiagnostics-color=always", "-o", "$bin", "$pwd/snippet.cpp", "-pthread"},
			{"$bin"},
		},
		Example: "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }\n",
	},
	"java": {
		File: "Snippet.java", Hidden: "/// ",
		Steps:   [][]string{{"java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "$pwd/Snippet.java"}},
		Example: "class Snippet { public static void main(String[] a) { System.out.println(\"hello\"); } }\n",
	},
	"kotlin": {
		File: "snippet.kts", Hidden: "/// ",
		Steps:   [][]string{{"kotlinc", "-script", "$pwd/snippet.kts"}},
		Example: "println(\"hello\")\n",
	},
	"ruby": {
		Aliases: []string{"rb"},
		File:    "snippet.rb",
		Steps:   [][]string{{"ruby", "$pwd/snippet.rb"}},
		Example: "puts 'hello'\n",
	},
	"perl": {
		Aliases: []string{"pl"},
		File:    "snippet.pl",
		Steps:   [][]string{{"perl", "$pwd/snippet.pl"}},
		Example: "print \"hello\\n\";\n",
	},
	"lua": {
		File:    "snippet.lua",
		Steps:   [][]string{{"lua|lua5.4|lua5.3|luajit", "$pwd/snippet.lua"}},
		Example: "print('hello')\n",
	},
	"php": {
		File: "snippet.php", Hidden: "/// ", Stdout: true,
		Steps:   [][]string{{"php", "-f", "$pwd/snippet.php"}},
		Example: "<?php echo \"hello\\n\";\n",
	},
	"r": {
		File:    "snippet.R",
		Steps:   [][]string{{"Rscript", "$pwd/snippet.R"}},
		Example: "cat('hello\\n')\n",
	},
	"julia": {
		File: "snippet.jl", Hidden: "/// ",
		Steps:   [][]string{{"julia", "--startup-file=no", "$pwd/snippet.jl"}},
		Example: "println(\"hello\")\n",
	},
	"haskell": {
		Aliases: []string{"hs"},
		File:    "snippet.hs",
		Steps:   [][]string{{"runhaskell", "-w", "$pwd/snippet.hs"}},
		Example: "main = putStrLn \"hello\"\n",
	},
	"elixir": {
		File: "snippet.exs", Hidden: "## ",
		Steps:   [][]string{{"elixir", "$pwd/snippet.exs"}},
		Example: "IO.puts(\"hello\")\n",
	},
	"jsonnet": {
		File: "snippet.jsonnet", Hidden: "## ",
		Steps:   [][]string{{"jsonnet", "$pwd/snippet.jsonnet"}},
		Example: "'hello'\n",
	},
	"nushell": {
		Aliases: []string{"nu"},
		File:    "snippet.nu",
		Steps:   [][]string{{"nu", "--no-config-file", "$pwd/snippet.nu"}},
		Example: "print hello\n",
	},
	"powershell": {
		Aliases: []string{"pwsh"},
		File:    "snippet.ps1", Hidden: "/// ",
		Steps:   [][]string{{"pwsh", "-NoProfile", "-File", "$pwd/snippet.ps1"}},
		Example: "Write-Output hello\n",
	},
}

// crates is a Rust program with a manifest of the crates it needs within it.
func crates(deny bool) Language {
	return Language{Steps: [][]string{{"$bin"}}, Needs: []string{"cargo", "rustc", "cc"}, Builder: CargoBuild, Deny: deny}
}

// scriptRuntimes are the ways to run JavaScript and TypeScript besides node.
func scriptRuntimes(file string) map[string]Language {
	return map[string]Language{
		"node": {Steps: [][]string{{"node|nodejs", "$pwd/" + file}}},
		"deno": {Steps: [][]string{{"deno", "run", "-A", "--no-remote", "$pwd/" + file}}, Env: []string{"FORCE_COLOR=true", "DENO_DIR=/tmp/.deno", "DENO_NO_UPDATE_CHECK=1"}},
		"bun":  {Steps: [][]string{{"bun", "run", "$pwd/" + file}}},
	}
}

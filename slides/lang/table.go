package lang

// The table is one list of literals that the compiler lays out, so it costs no time at start. It is
// in alphabetical order.
var table = []Language{
	{Name: "ada", Aliases: []string{"adb", "ads"}, Colour: "ada"},
	{Name: "asm", Aliases: []string{"assembly", "nasm", "gas", "llvm"}, Colour: "asm"},
	{Name: "asp", Colour: "asp"},
	{Name: "awk", Aliases: []string{"gawk", "mawk"}, Colour: "awk"},
	{
		Name: "bash", Hidden: "/// ", Colour: "bash",
		File: "script.sh", Steps: [][]string{{"bash", "$pwd/script.sh"}},
		Example: "x=hel; echo \"${x}lo\"\n",
	},
	{Name: "bat", Aliases: []string{"cmd", "batch", "batchfile"}, Hidden: "/// ", Colour: "bat"},
	{
		Name: "c", Hidden: "/// ", Colour: "c",
		File: "snippet.c", Steps: [][]string{
			{"gcc|cc|clang", "-fdiagnostics-color=always", "-o", "$bin", "$pwd/snippet.c", "-lm", "-pthread"},
			{"$bin"},
		},
		Example: "#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n",
	},
	{
		Name: "c++", Aliases: []string{"cpp", "cxx", "cc"}, Hidden: "/// ", Colour: "cpp",
		File: "snippet.cpp", Steps: [][]string{
			{"g++|c++|clang++", "-std=c++20", "-fdiagnostics-color=always", "-o", "$bin", "$pwd/snippet.cpp", "-pthread"},
			{"$bin"},
		},
		Example: "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }\n",
	},
	{Name: "clojure", Aliases: []string{"clj", "cljs", "edn"}, Colour: "clojure"},
	{Name: "cmake", Colour: "cmake"},
	{Name: "console", Aliases: []string{"shell-session", "sh-session"}, Colour: "console"},
	{Name: "crontab", Aliases: []string{"cron"}, Colour: "crontab"},
	{Name: "crystal", Colour: "ruby"},
	{
		Name: "csharp", Aliases: []string{"c#", "cs", "csx"}, Hidden: "/// ", Colour: "csharp",
		File: "snippet.csx", Steps: [][]string{{"dotnet-script", "$pwd/snippet.csx"}}, Needs: []string{"dotnet"}, Env: dotnet,
		Example: "System.Console.WriteLine(\"hello\");\n",
	},
	{Name: "css", Colour: "css"},
	{Name: "cuda", Colour: "cpp"},
	{Name: "d", Aliases: []string{"dlang"}, Colour: "d"},
	{Name: "d2", Colour: "d2", Drawers: d2Drawers},
	{Name: "dart", Colour: "dart"},
	{Name: "diff", Aliases: []string{"patch"}, Colour: "diff"},
	{Name: "docker", Aliases: []string{"dockerfile", "containerfile"}, Colour: "docker"},
	{Name: "dot", Aliases: []string{"graphviz", "gv"}, Colour: "c", Drawers: dotDrawers},
	{Name: "dotenv", Aliases: []string{"env"}, Colour: "dotenv"},
	{
		Name: "elixir", Aliases: []string{"ex", "exs"}, Hidden: "## ", Colour: "elixir",
		File: "snippet.exs", Steps: [][]string{{"elixir", "$pwd/snippet.exs"}},
		Example: "IO.puts(\"hello\")\n",
	},
	{Name: "elm", Colour: "elm"},
	{Name: "erlang", Aliases: []string{"erl", "hrl"}, Colour: "erlang"},
	{Name: "file", Colour: Plain}, // a block that shows a file, in the language that the block names
	{
		Name: "fish", Hidden: "/// ", Colour: "fish",
		File: "script.fish", Steps: [][]string{{"fish", "--no-config", "$pwd/script.fish"}},
		Example: "set x hello; echo $x\n",
	},
	{
		Name: "fsharp", Aliases: []string{"f#", "fs", "fsx"}, Hidden: "/// ", Colour: "fsharp",
		File: "snippet.fsx", Steps: [][]string{{"dotnet", "fsi", "--nologo", "$pwd/snippet.fsx"}}, Env: dotnet,
		Example: "printfn \"hello\"\n",
	},
	{Name: "gdscript", Aliases: []string{"gd"}, Colour: "gdscript"},
	{Name: "glsl", Colour: "c"},
	{
		Name: "go", Aliases: []string{"golang"}, Hidden: "/// ", Colour: "go",
		File: "snippet.go", Steps: [][]string{{"$bin"}}, Needs: []string{"go"}, Builder: GoBuild,
		Example: "package main\n\nfunc main() { println(\"hello\") }\n",
	},
	{Name: "graphql", Aliases: []string{"gql", "graphqls"}, Colour: "graphql"},
	{Name: "groovy", Aliases: []string{"gradle"}, Colour: "groovy"},
	{Name: "h", Colour: "c"},
	{
		Name: "haskell", Aliases: []string{"hs"}, Colour: "haskell",
		File: "snippet.hs", Steps: [][]string{{"runhaskell", "-w", "$pwd/snippet.hs"}},
		Example: "main = putStrLn \"hello\"\n",
	},
	{Name: "hpp", Aliases: []string{"arduino"}, Colour: "cpp"},
	{Name: "html", Aliases: []string{"xhtml", "htm"}, Colour: "html"},
	{Name: "ini", Aliases: []string{"conf", "cfg", "systemd", "properties"}, Colour: "ini"},
	{
		Name: "java", Hidden: "/// ", Colour: "java",
		File: "Snippet.java", Steps: [][]string{{"java", "-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "$pwd/Snippet.java"}},
		Example: "class Snippet { public static void main(String[] a) { System.out.println(\"hello\"); } }\n",
	},
	{
		Name: "js", Aliases: []string{"javascript", "node", "nodejs", "mjs", "cjs", "es6", "ecmascript"}, Hidden: "/// ", Colour: "javascript",
		File: "snippet.js", Steps: [][]string{{"node|nodejs", "$pwd/snippet.js"}}, Env: colour,
		Example: "console.log('hello')\n",
		Executors: []Language{
			{Name: "bun", Steps: [][]string{{"bun", "run", "$pwd/snippet.js"}}},
			{Name: "deno", Steps: [][]string{{"deno", "run", "-A", "--no-remote", "$pwd/snippet.js"}}, Env: deno},
			{Name: "node", Steps: [][]string{{"node|nodejs", "$pwd/snippet.js"}}},
		},
	},
	{Name: "json", Aliases: []string{"json5", "jsonc", "jsonl", "ndjson", "geojson"}, Colour: "json"},
	{
		Name: "jsonnet", Aliases: []string{"libsonnet"}, Hidden: "## ", Colour: "jsonnet",
		File: "snippet.jsonnet", Steps: [][]string{{"jsonnet", "$pwd/snippet.jsonnet"}},
		Example: "'hello'\n",
	},
	{
		// Node runs it as JavaScript and knows no elements: <b/> needs bun or deno.
		Name: "jsx", Hidden: "/// ", Colour: "javascript",
		File: "snippet.js", Steps: [][]string{{"node|nodejs", "$pwd/snippet.js"}}, Env: colour,
		Example: "console.log('hello')\n",
		Executors: []Language{
			{Name: "bun", File: "snippet.jsx", Steps: [][]string{{"bun", "run", "$pwd/snippet.jsx"}}},
			{Name: "deno", File: "snippet.jsx", Steps: [][]string{{"deno", "run", "-A", "--no-remote", "$pwd/snippet.jsx"}}, Env: deno},
			{Name: "node", Steps: [][]string{{"node|nodejs", "$pwd/snippet.js"}}},
		},
	},
	{
		Name: "julia", Aliases: []string{"jl"}, Hidden: "/// ", Colour: "julia",
		File: "snippet.jl", Steps: [][]string{{"julia", "--startup-file=no", "$pwd/snippet.jl"}},
		Example: "println(\"hello\")\n",
	},
	{Name: "just", Aliases: []string{"justfile"}, Colour: "make"},
	{
		Name: "kotlin", Aliases: []string{"kt", "kts"}, Hidden: "/// ", Colour: "kotlin",
		File: "snippet.kts", Steps: [][]string{{"kotlinc", "-script", "$pwd/snippet.kts"}},
		Example: "println(\"hello\")\n",
	},
	{Name: "ksh", Colour: "bash"},
	{Name: "latex", Aliases: []string{"tex", "ltx"}, Colour: "latex", Drawers: latexDrawers},
	{Name: "lisp", Aliases: []string{"elisp", "common-lisp"}, Colour: "lisp"},
	{
		Name: "lua", Aliases: []string{"luau"}, Colour: "lua",
		File: "snippet.lua", Steps: [][]string{{"lua|lua5.4|lua5.3|luajit", "$pwd/snippet.lua"}},
		Example: "print('hello')\n",
	},
	{Name: "make", Aliases: []string{"makefile", "mk"}, Colour: "make"},
	{Name: "markdown", Aliases: []string{"md", "mdx"}, Colour: "markdown"},
	{Name: "math", Colour: "latex", Drawers: mathDrawers},
	{Name: "mermaid", Aliases: []string{"mmd"}, Colour: "mermaid", Drawers: mermaidDrawers},
	{Name: "nginx", Colour: "nginx"},
	{Name: "nix", Colour: "nix"},
	{
		Name: "nushell", Aliases: []string{"nu"}, Colour: "nushell",
		File: "snippet.nu", Steps: [][]string{{"nu", "--no-config-file", "$pwd/snippet.nu"}},
		Example: "print hello\n",
	},
	{Name: "objective-c", Aliases: []string{"objc"}, Colour: "c"},
	{Name: "ocaml", Aliases: []string{"ml", "mli"}, Colour: "ocaml"},
	{
		Name: "perl", Aliases: []string{"pl", "pm"}, Colour: "perl",
		File: "snippet.pl", Steps: [][]string{{"perl", "$pwd/snippet.pl"}},
		Example: "print \"hello\\n\";\n",
	},
	{
		Name: "php", Hidden: "/// ", Stdout: true, Colour: "php",
		File: "snippet.php", Steps: [][]string{{"php", "-f", "$pwd/snippet.php"}},
		Example: "<?php echo \"hello\\n\";\n",
	},
	{
		Name: "powershell", Aliases: []string{"pwsh", "ps1", "posh", "psm1"}, Hidden: "/// ", Colour: "powershell",
		File: "snippet.ps1", Steps: [][]string{{"pwsh", "-NoProfile", "-File", "$pwd/snippet.ps1"}},
		Example: "Write-Output hello\n",
	},
	{Name: "protobuf", Aliases: []string{"proto"}, Colour: "proto"},
	{Name: "puppet", Aliases: []string{"pp"}, Colour: "puppet"},
	{Name: "pycon", Colour: "python"},
	{
		Name: "python", Aliases: []string{"py", "python3", "pyi"}, Hidden: "/// ", Colour: "python",
		File: "snippet.py", Steps: [][]string{{"python3|python", "-u", "$pwd/snippet.py"}},
		Env:     []string{"PYTHONDONTWRITEBYTECODE=1", "PYTHONPATH=/work"}, // modules beside the deck
		Example: "print('hello')\n",
		Executors: []Language{
			{
				Name: "pytest", Stdout: true, Package: "python3-pytest",
				Steps: [][]string{{"python3|python", "-u", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=yes",
					"--rootdir=$pwd", "$pwd/snippet.py"}},
			},
			{
				Name: "uv", Needs: []string{"python3|python"},
				Steps: [][]string{{"uv", "run", "--offline", "--no-project", "--script", "-q", "$pwd/snippet.py"}},
				Env:   []string{"UV_CACHE_DIR=/tmp/.uv", "UV_PYTHON_DOWNLOADS=never", "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"},
			},
		},
	},
	{
		Name: "r", Aliases: []string{"rscript"}, Colour: "r",
		File: "snippet.R", Steps: [][]string{{"Rscript", "$pwd/snippet.R"}},
		Example: "cat('hello\\n')\n",
	},
	{Name: "racket", Aliases: []string{"rkt"}, Colour: "racket"},
	{Name: "raku", Colour: "perl"},
	{
		Name: "ruby", Aliases: []string{"rb", "rake"}, Colour: "ruby",
		File: "snippet.rb", Steps: [][]string{{"ruby", "$pwd/snippet.rb"}},
		Example: "puts 'hello'\n",
	},
	{
		Name: "rust", Aliases: []string{"rs"}, Hidden: "# ", Colour: "rust",
		File: "snippet.rs", Steps: [][]string{
			{"rustc", "--edition", "2021", "--crate-name", "snippet", "--color", "always", "-o", "$bin", "$pwd/snippet.rs"},
			{"$bin"},
		},
		Needs:     []string{"cc"}, // rustc links with it
		Example:   "fn main() { println!(\"hello\"); }\n",
		Executors: crates,
	},
	{
		Name: "rust-script", Hidden: "# ", Colour: "rust",
		File: "snippet.rs", Steps: [][]string{{"$bin"}}, Needs: []string{"cargo", "rustc", "cc"}, Builder: CargoBuild,
		Example:   "println!(\"hello\");\n",
		Executors: crates,
	},
	{Name: "scala", Aliases: []string{"sbt", "sc"}, Colour: "scala"},
	{Name: "scheme", Aliases: []string{"scm"}, Colour: "racket"},
	{Name: "scss", Aliases: []string{"sass", "less"}, Colour: "scss"},
	{
		Name: "sh", Aliases: []string{"shell", "dash", "shellscript", "shell-script"}, Hidden: "/// ", Colour: "bash",
		File: "script.sh", Steps: [][]string{{"sh", "$pwd/script.sh"}},
		Example: "echo hello\n",
	},
	{Name: "sql", Aliases: []string{"postgres", "postgresql", "mysql", "sqlite", "plsql", "pgsql", "tsql", "mssql", "mariadb", "duckdb"}, Colour: "sql"},
	{Name: "starlark", Aliases: []string{"bazel"}, Colour: "python"},
	{Name: "svelte", Colour: "svelte"},
	{Name: "swift", Colour: "swift"},
	{Name: "tcl", Colour: "tcl"},
	{Name: "terraform", Aliases: []string{"tf", "hcl"}, Colour: "hcl"},
	{Name: "text", Aliases: []string{"txt", "plain", "plaintext"}, Colour: Plain},
	{Name: "toml", Colour: "toml"},
	{
		// Node removes the types and knows no elements: <b/> needs bun or deno.
		Name: "tsx", Hidden: "/// ", Colour: "typescript", TooOld: true,
		File: "snippet.ts", Steps: [][]string{{"node|nodejs", "$pwd/snippet.ts"}}, Env: colour,
		Example: "const s: string = 'hello'; console.log(s)\n",
		Executors: []Language{
			{Name: "bun", File: "snippet.tsx", Steps: [][]string{{"bun", "run", "$pwd/snippet.tsx"}}},
			{Name: "deno", File: "snippet.tsx", Steps: [][]string{{"deno", "run", "-A", "--no-remote", "$pwd/snippet.tsx"}}, Env: deno},
			{Name: "node", Steps: [][]string{{"node|nodejs", "$pwd/snippet.ts"}}, TooOld: true},
		},
	},
	{
		Name: "typescript", Aliases: []string{"ts", "mts", "cts"}, Hidden: "/// ", Colour: "typescript",
		File: "snippet.ts", Steps: [][]string{{"node|nodejs", "$pwd/snippet.ts"}}, Env: colour,
		TooOld:  true, // node strips types since 22.18
		Example: "const s: string = 'hello'; console.log(s)\n",
		Executors: []Language{
			{Name: "bun", Steps: [][]string{{"bun", "run", "$pwd/snippet.ts"}}},
			{Name: "deno", Steps: [][]string{{"deno", "run", "-A", "--no-remote", "$pwd/snippet.ts"}}, Env: deno},
			{Name: "node", Steps: [][]string{{"node|nodejs", "$pwd/snippet.ts"}}, TooOld: true},
		},
	},
	{Name: "typst", Aliases: []string{"typ"}, Colour: "typst", Drawers: typstDrawers},
	{Name: "verilog", Aliases: []string{"systemverilog", "sv", "svh"}, Colour: "verilog"},
	{Name: "vue", Colour: "vue"},
	{Name: "wsl", Hidden: "/// ", Colour: "bash"},
	{Name: "xml", Aliases: []string{"svg", "xsd", "xsl", "xslt", "plist", "xaml", "rss"}, Colour: "html"},
	{Name: "yaml", Aliases: []string{"yml"}, Colour: "yaml"},
	{Name: "zig", Colour: "zig"},
	{
		Name: "zsh", Hidden: "/// ", Colour: "bash",
		File: "script.sh", Steps: [][]string{{"zsh", "$pwd/script.sh"}},
		Example: "print hello\n",
	},
}

// crates are the ways to run a Rust program that holds a manifest of its crates.
var crates = []Language{
	{Name: "rust-script", Steps: [][]string{{"$bin"}}, Needs: []string{"cargo", "rustc", "cc"}, Builder: CargoBuild},
	{Name: "rust-script-pedantic", Steps: [][]string{{"$bin"}}, Needs: []string{"cargo", "rustc", "cc"}, Builder: CargoBuild, Deny: true},
}

// Environment variables of programs of several languages.
var (
	colour = []string{"FORCE_COLOR=true"}
	deno   = []string{"FORCE_COLOR=true", "DENO_DIR=/tmp/.deno", "DENO_NO_UPDATE_CHECK=1"}
	dotnet = []string{"DOTNET_CLI_HOME=/tmp", "DOTNET_NOLOGO=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1"}
)

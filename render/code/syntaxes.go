package code

const (
	cWords = "auto break case const continue default do else enum extern for goto if inline register" +
		" restrict return sizeof static struct switch typedef union volatile while _Atomic _Generic" +
		" _Static_assert _Alignas _Alignof _Noreturn constexpr nullptr alignas alignof static_assert" +
		" thread_local typeof"
	cTypes = "void char short int long float double signed unsigned bool _Bool size_t ssize_t ptrdiff_t" +
		" int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t FILE" +
		" pid_t uid_t gid_t off_t mode_t time_t wchar_t"
	cppWords = " class namespace template typename public private protected virtual override final new delete" +
		" this throw try catch using operator friend explicit mutable noexcept concept requires" +
		" co_await co_return co_yield decltype dynamic_cast static_cast reinterpret_cast const_cast" +
		" consteval constinit export import module and or not"
	jsWords = "async await break case catch class const continue debugger default delete do else export" +
		" extends finally for from function get if import in instanceof let new of return set static" +
		" super switch this throw try typeof var void while with yield"
	tsWords = " abstract as asserts declare enum implements infer interface is keyof namespace override" +
		" private protected public readonly satisfies type"
	javaWords = "abstract assert break case catch class continue default do else enum extends final finally" +
		" for if implements import instanceof interface native new package private protected public" +
		" record return sealed permits static strictfp super switch synchronized this throw throws" +
		" transient try var void volatile when while yield"
	shWords = "if then else elif fi for while until do done case esac in function select time return local" +
		" export readonly declare typeset unset shift break continue exit trap set source eval exec"
	sqlWords = "select from where insert into values update set delete create table view index drop alter" +
		" add column primary key foreign references unique not null default check join left right" +
		" inner outer full cross on using group by having order asc desc limit offset union all" +
		" distinct as and or in is like between exists case when then else end with recursive begin" +
		" commit rollback transaction explain analyze returning over partition window if replace" +
		" trigger function procedure returns language grant revoke to pragma"
	sqlTypes = "int integer bigint smallint serial text varchar char boolean bool date time timestamp" +
		" timestamptz interval numeric decimal real float double json jsonb uuid blob bytea"
)

// syntaxes is the table of languages.
var syntaxes = map[string]*syntax{
	"rust": {
		keywords: "as async await break const continue crate dyn else enum extern fn for if impl in let loop" +
			" match mod move mut pub ref return self Self static struct super trait type union unsafe use" +
			" where while yield macro_rules",
		types:     "bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64",
		constants: "true false", line: slash, block: cBlock, quotes: []quote{long}, prefix: "rbc",
		ticks: true, upper: true, macros: true,
		nests: "/*",
	},
	"go": {
		keywords: "break case chan const continue default defer else fallthrough for func go goto if import" +
			" interface map package range return select struct switch type var",
		types: "bool byte complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string" +
			" uint uint8 uint16 uint32 uint64 uintptr any comparable", constants: "true false nil iota",
		line: slash, block: cBlock, quotes: []quote{double, single, ticked},
	},
	"python": {
		keywords: "and as assert async await break case class continue def del elif else except finally for" +
			" from global if import in is lambda match nonlocal not or pass raise return try type while" +
			" with yield", types: "int str float bool bytes list dict set tuple object self cls",
		constants: "True False None NotImplemented", line: pound,
		quotes: []quote{triple, three1, double, single}, prefix: "rbfuRBFU", formats: "fF", at: true,
	},
	"bash": {
		keywords: shWords, constants: "true false", line: pound, spaced: true, nocalls: true, inWord: "-",
		quotes: []quote{interp(long, "$"), rawer}, escapes: true, ansi: true, sigils: "$", heredoc: true,
	},
	"fish": {
		keywords: "if else end for in while switch case function return begin and or not set break continue exit",
		line:     pound, spaced: true, nocalls: true, inWord: "-", escapes: true,
		quotes: []quote{interp(long, "$"), {pair: pair{"'", "'"}, lines: true}}, sigils: "$",
	},
	"c": {
		keywords: cWords, types: cTypes, constants: "true false NULL", line: slash, block: cBlock,
		quotes: []quote{double, single}, hash: true,
	},
	"cpp": {
		keywords: cWords + cppWords, types: cTypes + " string vector", constants: "true false NULL nullptr",
		line: slash, block: cBlock, quotes: []quote{double, single}, prefix: "RLuU8", hash: true,
	},
	"java": {
		keywords: javaWords, types: "boolean byte char double float int long short",
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{triple, double, single},
		at: true, upper: true,
	},
	"kotlin": {
		keywords: "as break class continue do else for fun if in interface is object package return super this" +
			" throw try typealias val var when while by catch constructor companion data enum finally" +
			" import init inline internal lateinit open operator out override private protected public" +
			" sealed suspend abstract const annotation crossinline expect actual external infix noinline" +
			" reified tailrec vararg get set", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "$"), interp(double, "$"), single}, at: true, upper: true,
		inner: true,
		nests: "/*",
	},
	"javascript": {
		keywords: jsWords, constants: "true false null undefined NaN Infinity", line: slash, block: cBlock,
		inWord: "$", quotes: []quote{double, single, {pair: pair{"`", "`"}, lines: true, interp: "${"}},
		at: true, regex: true, prose: true,
	},
	"typescript": {
		keywords: jsWords + tsWords, types: "string number boolean any unknown never object bigint symbol",
		constants: "true false null undefined NaN Infinity", line: slash, block: cBlock, inWord: "$",
		quotes: []quote{double, single, {pair: pair{"`", "`"}, lines: true, interp: "${"}}, at: true,
		regex: true, upper: true, prose: true,
	},
	"csharp": {
		keywords: javaWords + " as async await base checked const delegate event explicit extern fixed foreach get goto" +
			" implicit in init internal is lock namespace nameof operator out override params partial" +
			" readonly ref required select set sizeof stackalloc struct typeof unsafe using virtual where" +
			" yield from",
		types:     "bool byte char decimal double float int long object sbyte short string uint ulong ushort dynamic",
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{triple, double, single},
		prefix: "$@", upper: true, hash: true,
	},
	"swift": {
		keywords: "as associatedtype async await break case catch class continue default defer deinit do else" +
			" enum extension fallthrough fileprivate for func guard if import in init inout internal is" +
			" let mutating open operator override private protocol public repeat rethrows return self Self" +
			" some any static struct subscript super switch throw throws try typealias var where while" +
			" actor final lazy weak unowned indirect dynamic nonisolated consuming borrowing package macro precedencegroup" +
			" prefix postfix infix optional convenience", constants: "true false nil", line: slash, block: cBlock, quotes: []quote{triple, double},
		at: true, upper: true,
		nests: "/*",
	},
	"ruby": {
		keywords: "alias and begin break case class def defined? do else elsif end ensure for if in module next" +
			" not or redo require rescue retry return self super then undef unless until when while yield" +
			" attr_accessor attr_reader private protected public include extend raise",
		constants: "true false nil", line: pound, quotes: []quote{interp(long, "#{"), apos, interp(ticks, "#{")}, inWord: "?!",
		sigils: "@$:", upper: true, heredoc: true,
		regex: true, percent: true, labels: true, pods: "=begin =end",
	},
	"php": {
		keywords: "abstract and array as break callable case catch class clone const continue declare default" +
			" do echo else elseif enum extends final finally fn for foreach function global goto if" +
			" implements include instanceof interface isset list match namespace new or print private" +
			" protected public readonly require require_once return static switch throw trait try unset" +
			" use var while xor yield empty exit die include_once" +
			" from elseif endif endforeach endwhile endfor endswitch goto", types: "bool float int mixed object string void self",
		constants: "true false null", line: []string{"//", "#"}, block: cBlock,
		quotes: []quote{interp(long, "$"), apos}, sigils: "$",
		inner: true,
	},
	"lua": {
		keywords:  "and break do else elseif end for function goto if in local not or repeat return then until while",
		constants: "true false nil self", block: []pair{{"--[[", "]]"}}, line: []string{"--"},
		quotes: []quote{{pair: pair{"[[", "]]"}, raw: true, lines: true}, double, single},
	},
	"perl": {
		keywords: "my our local sub use no package if elsif else unless while until for foreach return last" +
			" next redo do eval die print say require and or not eq ne lt gt le ge cmp x bless ref split grep map" +
			" join push shift", line: pound, perl: true, regex: true,
		quotes: []quote{interp(long, "$"), {pair: pair{"'", "'"}, lines: true}}, sigils: "$@%", heredoc: true,
		pods: "=pod =head =over =item =back =encoding =for =begin =cut",
	},
	"r": {
		keywords:  "if else repeat while function for in next break library require return",
		constants: "TRUE FALSE NULL NA Inf NaN", line: pound,
		quotes: []quote{long, {pair: pair{"'", "'"}, lines: true}}, inWord: ".",
	},
	"julia": {
		keywords: "baremodule begin break catch const continue do else elseif end export finally for function" +
			" global if import in let local macro module quote return struct mutable abstract primitive" +
			" try using where while", constants: "true false nothing missing", block: []pair{{"#=", "=#"}},
		line: pound, quotes: []quote{triple, interp(long, "$("), single}, adjoint: true, at: true, upper: true,
		inWord: "!",
		nests:  "#=",
	},
	"haskell": {
		keywords: "case class data default deriving do else foreign forall if import in infix infixl infixr" +
			" instance let module newtype of qualified then type where as hiding", constants: "True False",
		block: []pair{{"{-", "-}"}}, line: []string{"--"}, quotes: []quote{double}, ticks: true,
		upper: true, inWord: "'", nocalls: true,
		nests: "{-",
	},
	"ocaml": {
		keywords: "and as assert begin class constraint do done downto else end exception external for fun" +
			" function functor if in include inherit initializer lazy let match method module mutable new" +
			" object of open or private rec sig struct then to try type val virtual when while with mod land lor lxor lsl lsr asr nonrec",
		constants: "true false", block: []pair{{"(*", "*)"}}, line: slash, quotes: []quote{triple, long},
		ticks: true, upper: true, nocalls: true,
		nests: "(*",
	},
	"elixir": {
		keywords: "after alias and case catch cond def defp defmodule defmacro defstruct defimpl defprotocol do" +
			" else end fn for if import in not or quote raise receive require rescue try unless unquote" +
			" use when with", constants: "true false nil", line: pound,
		quotes: []quote{interp(triple, "#{"), interp(long, "#{"), apos}, sigils: ":@", inWord: "?!",
		upper: true,
		tilde: true, labels: true,
	},
	"erlang": {
		keywords: "after and andalso begin case catch cond end fun if let not of or orelse receive try when xor rem div band bor bxor bnot bsl bsr maybe",
		line:     []string{"%"}, quotes: []quote{long, single},
		radix: '#', char: "$",
	},
	"zig": {
		keywords: "align allowzero and anyframe asm async await break callconv catch comptime const continue" +
			" defer else enum errdefer error export extern fn for if inline noalias nosuspend or orelse" +
			" packed pub resume return struct suspend switch test threadlocal try union unreachable" +
			" usingnamespace var volatile while",
		types:     "bool u8 u16 u32 u64 usize i8 i16 i32 i64 isize f32 f64 void type anytype noreturn",
		constants: "true false null undefined", line: slash, quotes: []quote{{pair: pair{`\\`, "\n"}, raw: true, lines: true}, double, single}, at: true,
		upper: true,
	},
	"scala": {
		keywords: javaWords + " def val var object trait lazy implicit given using then with forSome match override type" +
			" end extension", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "$"), interp(double, "$")}, prefix: "sfr", at: true, upper: true,
		ticks: true,
		inner: true,
		nests: "/*",
	},
	"groovy": {
		keywords: javaWords + " def in as trait", constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "$"), three1, interp(double, "$"), single}, at: true, upper: true,
		inner: true,
	},
	"dart": {
		keywords: javaWords + " async await as const deferred dynamic export external factory get in is late library mixin" +
			" on operator part required rethrow set show typedef with", types: "bool double int num",
		constants: "true false null", line: slash, block: cBlock,
		quotes: []quote{interp(triple, "$"), interp(three1, "$"), interp(double, "$"), interp(single, "$")}, at: true,
		upper:  true,
		prefix: "r", inner: true,
	},
	"nix": {
		keywords: "let in with rec inherit if then else assert import", constants: "true false null",
		line: pound, block: cBlock,
		quotes: []quote{{pair: pair{"''", "''"}, raw: true, lines: true, interp: "${"}, interp(long, "${")},
		inWord: "-'", nocalls: true,
	},
	"powershell": {
		keywords: "begin break catch class continue data do else elseif end enum exit filter finally for" +
			" foreach function if in param process return switch throw trap try until using while default workflow configuration", line: pound,
		block: []pair{{"<#", "#>"}}, quotes: []quote{interp(quote{pair: pair{"@\"", "\n\"@"}, lines: true}, "$"),
			{pair: pair{"@'", "\n'@"}, raw: true, lines: true}, interp(long, "$"), rawer}, sigils: "$", inWord: "-",
		anyCase: true,
		escape:  '`',
	},
	"sql": {
		keywords: sqlWords, types: sqlTypes, constants: "true false", line: []string{"--"}, block: cBlock,
		quotes: []quote{{pair: sql.pair, raw: true, lines: true, twice: true}, double}, anyCase: true,
	},
	"clojure": {
		keywords: "def defn defn- defmacro defmethod defmulti defonce defprotocol defrecord defstruct deftype definterface" +
			" fn let letfn if if-let if-not if-some cond cond-> cond->> condp case when when-let when-not when-first" +
			" when-some do doseq dotimes loop recur for while try catch finally throw ns require import use quote var" +
			" and or binding extend-type extend-protocol reify proxy new set! declare ->  ->> as-> some-> some->>",
		constants: "nil true false", line: []string{";"}, quotes: []quote{long}, inWord: "-*!?<>=#+/'.", nocalls: true,
		char: `\`, sigils: ":",
	},
	"racket": {
		keywords: "#lang define define-syntax define-syntax-rule define-values define-struct define-record-type lambda λ case-lambda" +
			" let let* letrec let-values let*-values let-syntax letrec-syntax if cond else case when unless and or do for" +
			" for* for/list for/vector for/hash for/fold for/sum for/first for/and for/or begin begin0 set! quote" +
			" quasiquote unquote delay force match match* match-define match-let struct class object new require provide" +
			" only-in except-in prefix-in rename-in all-defined-out module module* module+ with-handlers parameterize" +
			" syntax-rules syntax-case let/cc let/ec dynamic-wind call/cc",
		constants: "#t #f #true #false null", line: []string{";"}, block: []pair{{"#|", "|#"}}, nests: "#|",
		quotes: []quote{long}, inWord: "-*!?<>=#+/:", nocalls: true, char: `#\`,
	},
	"lisp": {
		keywords: "def defn defun define defmacro defvar defparameter lambda fn let let* letrec if cond when" +
			" unless do loop recur ns require import quote set! setq begin progn",
		constants: "nil t true false #t #f", line: []string{";"}, block: []pair{{"#|", "|#"}}, quotes: []quote{long},
		inWord: "-*!?<>=#+/", nocalls: true,
		nests: "#|",
	},
	"proto": {
		keywords: "syntax package import option message enum service rpc returns stream oneof map reserved" +
			" extend optional required repeated public weak to max extensions group default",
		types:     "double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 bool string bytes",
		constants: "true false", line: slash, block: cBlock, quotes: []quote{double, single}, upper: true,
	},
	"graphql": {
		keywords: "query mutation subscription fragment on type input enum interface union scalar schema" +
			" directive extend implements", constants: "true false null", line: pound,
		quotes: []quote{triple, double}, sigils: "$", at: true, upper: true,
	},
	"hcl": {
		keywords: "resource data variable output module provider terraform locals for in if moved import",
		types:    "string number bool list map object", constants: "true false null",
		line: []string{"#", "//"}, block: cBlock, quotes: []quote{interp(double, "${")}, inWord: "-",
		key: "=",
	},
	"jsonnet": {
		keywords:  "assert else error for function if import importstr in local self super then tailstrict",
		constants: "true false null", line: []string{"//", "#"}, block: cBlock,
		quotes: []quote{{pair: pair{"|||", "|||"}, raw: true, lines: true}, double, single},
	},
	"json": {
		constants: "true false null", line: slash, block: cBlock, quotes: []quote{double}, members: true,
		nocalls: true, signs: true,
	},
	"yaml": {
		constants: "true false null yes no on off True False ~", line: pound, spaced: true,
		quotes: []quote{{pair: double.pair, lines: true}, {pair: sql.pair, raw: true, lines: true, twice: true}},
		value:  true, plain: true, inWord: "-./", key: ":", nocalls: true,
	},
	"toml": {
		constants: "true false inf nan", line: pound,
		quotes: []quote{triple, {pair: pair{"'''", "'''"}, raw: true, lines: true},
			double, {pair: pair{"'", "'"}, raw: true}},
		inWord: "-.", key: "=", section: true, nocalls: true,
		signs: true,
	},
	"ini": {
		constants: "true false yes no on off", line: []string{"#", ";"}, spaced: true,
		quotes: []quote{double}, value: true, inWord: "-.", key: "=", section: true, nocalls: true,
	},
	"docker": {
		keywords: "from run cmd label maintainer expose env add copy entrypoint volume user workdir arg" +
			" onbuild stopsignal healthcheck shell", line: pound, spaced: true, leading: true, apart: true, escapes: true,
		quotes: []quote{interp(double, "$"), {pair: pair{"'", "'"}, raw: true}},
		sigils: "$", inWord: "-./", anyCase: true, nocalls: true, ansi: true,
		types: "as",
	},
	"make": {
		keywords: "ifeq ifneq ifdef ifndef else endif include define endef export override", line: pound,
		spaced: true, leading: true, apart: true, escapes: true,
		quotes: []quote{interp(double, "$"), {pair: pair{"'", "'"}, raw: true}},
		sigils: "$", inWord: "-./%", key: ":=", nocalls: true,
	},
	"cmake": {
		keywords:  "if else elseif endif foreach endforeach while endwhile function endfunction macro endmacro return",
		constants: "ON OFF TRUE FALSE", line: pound, quotes: []quote{interp(long, "${")}, sigils: "$",
		anyCase: true,
	},
	"asm": {
		line: []string{";", "//", "#"}, quotes: []quote{double, single}, sigils: "%.", key: ":",
		nocalls: true,
	},
	"nginx": {
		keywords: "server location http events upstream listen root return proxy_pass server_name include if set",
		line:     pound, spaced: true, leading: true, apart: true, quotes: []quote{double, single}, sigils: "$",
		inWord: "-", nocalls: true,
	},
	"css": {
		block: cBlock, quotes: []quote{double, single}, sigils: "@.#$", inWord: "-", key: ":",
		constants: "inherit none auto initial",
		hex:       true, signs: true,
	},
	"scss": {
		line: slash, urls: true, block: cBlock, quotes: []quote{double, single}, sigils: "@.#$%&", inWord: "-",
		key: ":", constants: "inherit none auto initial true false null",
		hex: true, signs: true,
	},
	"dotenv": {
		keywords: "export", line: pound, spaced: true, leading: true, value: true,
		quotes: []quote{interp(long, "$"), rawer}, sigils: "$", inWord: ".", key: "=", nocalls: true,
	},
	"ada": {
		keywords: "abort abs abstract accept access aliased all and array at begin body case constant declare delay" +
			" delta digits do else elsif end entry exception exit for function generic goto if in interface is" +
			" limited loop mod new not of or others out overriding package parallel pragma private procedure" +
			" protected raise range record rem renames requeue return reverse select separate some subtype" +
			" synchronized tagged task terminate then type until use when while with xor",
		types:     "boolean character duration float integer natural positive string wide_string",
		constants: "true false null", line: []string{"--"}, quotes: []quote{basic}, ticks: true, anyCase: true,
		radix: '#',
	},
	"awk": {
		keywords: "BEGIN END BEGINFILE ENDFILE function if else while for do break continue next nextfile exit" +
			" return delete in getline print printf switch case default", line: pound,
		constants: "NR NF FS OFS RS ORS FNR FILENAME SUBSEP RSTART RLENGTH ENVIRON ARGC ARGV",
		quotes:    []quote{double}, regex: true, sigils: "$",
	},
	"bat": {
		keywords: "call cd choice cls copy defined del dir do echo else endlocal equ exist exit for geq goto gtr if in" +
			" leq lss md mkdir move neq not off on pause popd pushd rd ren rmdir set setlocal shift start type",
		constants: "nul errorlevel", line: []string{"::", "rem ", "REM ", "Rem ", "@rem ", "@REM "},
		quotes: []quote{{pair: double.pair, raw: true, interp: "%"}}, sigils: ":", anyCase: true, nocalls: true,
		escape: '^',
	},
	"crontab": {
		line: pound, spaced: true, apart: true, quotes: []quote{double, {pair: pair{"'", "'"}, raw: true}}, at: true,
		sigils: "$", key: "=", nocalls: true, escapes: true,
		constants: "mon tue wed thu fri sat sun jan feb mar apr may jun jul aug sep oct nov dec",
		anyCase:   true,
	},
	"d": {
		keywords: cWords + " abstract alias align asm assert body cast catch class debug delegate delete deprecated" +
			" export final finally foreach foreach_reverse function immutable import in interface invariant is" +
			" lazy macro mixin module new nothrow out override package pragma private protected public pure" +
			" ref scope shared super synchronized template this throw try typeid unittest version with",
		types:     "bool byte char dchar double float int long real short string ubyte uint ulong ushort void wchar size_t",
		constants: "true false null", line: slash, block: []pair{{"/*", "*/"}, {"/+", "+/"}},
		quotes: []quote{double, single, ticked}, prefix: "rqx", at: true, upper: true,
		nests: "/+",
	},
	"d2": {
		keywords: "direction shape label style icon near link tooltip width height vars classes class layers steps" +
			" scenarios grid-rows grid-columns constraint", line: pound, spaced: true, value: true,
		constants: "true false null", quotes: []quote{double, single}, inWord: "-.", key: ":", nocalls: true,
	},
	"elm": {
		keywords: "if then else case of let in type module where import exposing as port alias infix effect",
		block:    []pair{{"{-", "-}"}}, line: []string{"--"}, quotes: []quote{triple, double, single},
		constants: "True False", upper: true, nocalls: true,
		nests: "{-",
	},
	"fsharp": {
		keywords: "abstract and as assert base begin class default delegate do done downcast downto elif else end" +
			" exception extern finally fixed for fun function global if in inherit inline interface internal" +
			" lazy let match member module mutable namespace new not of open or override private public rec" +
			" return select static struct then to try type upcast use val void when while with yield async",
		types:     "bool byte char decimal float float32 int int64 obj string unit list seq option",
		constants: "true false null None", line: slash, block: []pair{{"(*", "*)"}},
		quotes: []quote{triple, long}, prefix: "$@", ticks: true, upper: true, nocalls: true, hash: true,
		nests: "(*",
	},
	"gdscript": {
		keywords: "and as assert await break breakpoint class class_name const continue elif else enum export extends" +
			" for func if in is match not onready or pass preload return self setget signal static super" +
			" tool var when while yield",
		types:     "bool int float String Array Dictionary Vector2 Vector3 Node Node2D Node3D void",
		constants: "true false null PI TAU INF NAN", line: pound, quotes: []quote{triple, three1, double, single},
		sigils: "$", at: true, upper: true,
	},
	"mermaid": {
		keywords: "graph flowchart subgraph end sequenceDiagram classDiagram stateDiagram stateDiagram-v2 erDiagram" +
			" gantt pie journey gitGraph mindmap timeline quadrantChart sankey-beta xychart-beta block-beta" +
			" participant actor as activate deactivate note over loop alt else opt par and rect critical" +
			" break autonumber title section dateFormat axisFormat class classDef style linkStyle click" +
			" state direction commit branch checkout merge cherry-pick",
		constants: "TB TD BT RL LR", line: []string{"%%"}, quotes: []quote{double}, inWord: "-", nocalls: true,
	},
	"nushell": {
		keywords: "alias break catch const continue def do each else export extern for hide if in let loop match" +
			" module mut not and or overlay return source try use where while", constants: "true false null",
		line: pound, spaced: true, quotes: []quote{double, rawer, ticked}, prefix: "$", sigils: "$", formats: "$", dollar: true,
		inWord: "-", nocalls: true,
	},
	"puppet": {
		keywords: "and application case class consumes default define else elsif environment false function if import" +
			" in include inherits node or private produces require site type unless contain",
		constants: "true false undef present absent", line: pound,
		quotes: []quote{interp(long, "${"), {pair: pair{"'", "'"}, lines: true}}, sigils: "$", upper: true,
	},
	"tcl": {
		keywords: "after append array break catch continue dict else elseif error eval exec exit expr for foreach" +
			" global if incr info lappend lassign lindex list llength namespace package proc puts regexp" +
			" regsub rename require return set source string switch then throw trace try finally unset" +
			" upvar uplevel variable while",
		line: pound, spaced: true, apart: true, escapes: true, quotes: []quote{interp(long, "$")}, sigils: "$",
		inWord: "-", nocalls: true,
	},
	"typst": {
		keywords:  "let set show if else for in while break continue return import include context as and or not",
		constants: "none auto true false", line: slash, urls: true, block: cBlock, quotes: []quote{double},
		inWord: "-", by: typst,
	},
	"vb": {
		keywords: "and as byref byval call case class const dim do each else elseif end erase error exit explicit for" +
			" function get goto if in is let loop mod new next not on option or private property public redim" +
			" resume select set step sub then to until wend while with xor",
		types:     "application request response server session",
		constants: "true false nothing null empty", line: []string{"'", "rem ", "Rem ", "REM "},
		quotes: []quote{basic}, anyCase: true,
	},
	"verilog": {
		keywords: "always always_comb always_ff always_latch and assert assign automatic begin bit case casex casez" +
			" class default defparam disable edge else end endcase endclass endfunction endgenerate" +
			" endinterface endmodule endpackage endtask enum event extends for foreach forever fork function" +
			" generate genvar if import initial inout input interface join localparam logic modport module" +
			" negedge nor not or output package packed parameter posedge repeat return specify struct super" +
			" task this typedef union unique virtual void wait while xnor xor",
		types: "wire reg integer real time int byte shortint longint tri supply0 supply1 signed unsigned string",
		line:  slash, block: cBlock, quotes: []quote{double}, sigils: "$`",
		radix: '\'',
	},
	"asp":      {by: markup},
	"vue":      {by: markup, braces: "{{"},
	"svelte":   {by: markup, braces: "{"},
	"latex":    {by: latex},
	"html":     {by: markup},
	"diff":     {by: diff},
	"console":  {by: console},
	"markdown": {by: markdown},
}

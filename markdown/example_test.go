package markdown_test

import (
	"fmt"

	"github.com/slidexec/slidexec/markdown"
)

func ExampleParse() {
	src := "Hello\n===\n```sh +exec +id:hi\necho hi\n```\n\n<!-- snippet_output: hallo -->\n"
	deck, err := markdown.Parse("deck.md", []byte(src), markdown.Config{})
	fmt.Printf("%d slide, %d to run\n", len(deck.Slides), len(deck.Executable()))
	fmt.Println(err)
	fmt.Println(deck.Diags[0].Hint)
	// Output:
	// 1 slide, 1 to run
	// deck.md:7:22: undefined snippet id "hallo"
	// snippets here: "hi"
}

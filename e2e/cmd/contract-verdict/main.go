// Command contract-verdict reads the reports of checked clouds together. It fails if they have a difference that the list
// of the contract's own mistakes does not explain, or with -whole if the list has an entry that explains nothing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/fauxstack/fauxstack/e2e/contract"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "contract-verdict:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("contract-verdict", flag.ContinueOnError)
	list := flags.String("known", "", "YAML `FILE` of the contract's own mistakes")
	judged := flags.String("services", "identity,image,block-storage", "whose differences fail, `SERVICE,...`; those of the others are told")
	whole := flags.Bool("whole", false, "the reports are of all suites, so that the list must have no entry too many")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("want reports of checked-cloud")
	}
	var known contract.Known
	if *list != "" {
		var err error
		if known, err = contract.ReadKnown(*list); err != nil {
			return err
		}
	}
	report, err := contract.ReadReports(flags.Args()...)
	if err != nil {
		return err
	}
	services := strings.Split(*judged, ",")
	if n := report.Summary(out, known, services...); n > 0 {
		return fmt.Errorf("%d differences from the contract", n)
	}
	if !*whole {
		return nil
	}
	unused := known.Unused(services...)
	for _, u := range unused {
		fmt.Fprintln(out, "explains nothing any more:", u)
	}
	if len(unused) > 0 {
		return fmt.Errorf("%d entries of %s too many", len(unused), *list)
	}
	return nil
}

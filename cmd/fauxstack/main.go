// Command fauxstack serves an emulated OpenStack: Keystone, Glance with multiple stores, and Cinder.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "fauxstack:", err)
		stop()
		os.Exit(status(err))
	}
}

// exitError is an error that ends the program with a status of its own.
type exitError struct {
	error
	status int
}

// Unwrap is the error itself.
func (e exitError) Unwrap() error { return e.error }

// status is the program's, for an error: 1 unless the error has one of its own.
func status(err error) int {
	var e exitError
	if errors.As(err, &e) {
		return e.status
	}
	return 1
}

// run is the whole program. It returns when the command is done or ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	root := newRoot(os.LookupEnv)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	return root.ExecuteContext(ctx)
}

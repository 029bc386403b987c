//go:build server

package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newConform stands for the command in builds that only serve, as the container's is: the runner of the features and the
// features themselves take as much room as the clouds do.
func newConform(environment) *cobra.Command {
	return &cobra.Command{
		Use:   "conform",
		Short: "Run the features against a cloud (not in this build)",
		RunE: func(*cobra.Command, []string) error {
			return exitError{errors.New("this build only serves; take the image fauxstack:conform, or a binary built without -tags server"), 2}
		},
		DisableFlagParsing: true,
	}
}

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/emulator"
)

func newEnv() *cobra.Command {
	var url, user, format, password, osCACert string
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Print what clients need: export lines or a clouds.yaml",
		Long: `Print the settings with which OpenStack clients reach a server that runs the default fixture:
export lines for a shell, or a clouds.yaml with an entry for each user. It asks no server.`,
		Example: `  eval "$(fauxstack env --user demo)"
  fauxstack env --format clouds.yaml >clouds.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cloud := access{AuthURL: strings.TrimRight(url, "/") + emulator.IdentityPath + "/v3", CACert: osCACert, Users: emulator.DefaultUsers()}
			if password != "" {
				for i := range cloud.Users {
					cloud.Users[i].Password = password
				}
			}
			return printEnv(cmd.OutOrStdout(), cloud, user, format)
		},
	}
	cmd.Flags().StringVar(&url, "url", "http://"+defaultListen, "`URL` of the server")
	cmd.Flags().StringVar(&user, "user", "admin", "`NAME` of the user for export lines: admin, demo or alt_demo")
	cmd.Flags().StringVar(&password, "password", "", "`PASSWORD` of the users (default: secret, as the default fixture has it)")
	cmd.Flags().StringVar(&osCACert, "os-cacert", "", "`FILE` with the authority of a server with TLS, for clients to trust")
	cmd.Flags().StringVar(&format, "format", "openrc", "`openrc or clouds.yaml`")
	return cmd
}

func printEnv(w io.Writer, cloud access, user, format string) error {
	var text string
	switch format {
	case "openrc":
		u, ok := cloud.find(user)
		if !ok {
			return fmt.Errorf("user %q: want one of %s", user, strings.Join(cloud.names(), ", "))
		}
		text = cloud.openrc(u)
	case "clouds.yaml":
		text = cloud.cloudsYAML()
	default:
		return fmt.Errorf("format %q: want openrc or clouds.yaml", format)
	}
	_, err := io.WriteString(w, text)
	return err
}

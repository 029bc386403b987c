package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
)

func newHealth() *cobra.Command {
	var address, listen string
	var patience time.Duration
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Tell whether a server is ready; exit with 0 or 1",
		Long: `Ask a server how it is: at the address of its clouds or of its control API, without a token. The exit
status is 0 when it is ready, and 1 when it is not there or still seeding its clouds.`,
		Example: `  fauxstack health
  fauxstack health --wait 10s && openstack volume list`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if address == "" {
				address = reachedFromHere(listen)
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), max(patience, 2*time.Second))
			defer cancel()
			return awaitHealth(ctx, cmd.OutOrStdout(), address, patience)
		},
	}
	cmd.Flags().StringVar(&address, "url", "", "`URL` of the server (default: where --listen is)")
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "`HOST:PORT` that the server listens on")
	cmd.Flags().DurationVar(&patience, "wait", 0, "`TIME` to wait for it to be ready")
	return cmd
}

// reachedFromHere is the URL of a server on this machine, by the address it listens on.
func reachedFromHere(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "http://" + listen
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func awaitHealth(ctx context.Context, w io.Writer, address string, patience time.Duration) error {
	deadline := time.Now().Add(patience)
	for {
		health, err := askHealth(ctx, address)
		if err == nil && health.Status == "ready" {
			_, err = fmt.Fprintf(w, "ready: fauxstack %s, %d clouds\n", health.Version, health.Clouds)
			return err
		}
		if err == nil {
			err = fmt.Errorf("%s is %s", address, health.Status)
		}
		if !time.Now().Add(pause).Before(deadline) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return err
		}
	}
}

// pause is between two questions.
const pause = 50 * time.Millisecond

// askHealth asks once; a server that speaks TLS is asked so, whoever signed its certificate, for nothing secret is said.
func askHealth(ctx context.Context, address string) (client.Health, error) {
	health, err := healthOver(ctx, address, http.DefaultClient)
	var refused *client.Error
	if errors.As(err, &refused) && refused.Status == http.StatusBadRequest && strings.HasPrefix(address, "http://") {
		insecure := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
		defer insecure.CloseIdleConnections()
		return healthOver(ctx, "https"+strings.TrimPrefix(address, "http"), &http.Client{Transport: insecure})
	}
	return health, err
}

func healthOver(ctx context.Context, address string, h *http.Client) (client.Health, error) {
	c, err := client.New(address, client.WithHTTPClient(h))
	if err != nil {
		return client.Health{}, err
	}
	return c.Health(ctx)
}

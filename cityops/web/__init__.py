"""What every web application of ours needs: bounds of connections and bodies, proxies, names, threads, the server."""

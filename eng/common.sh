# Sourced by the scripts of eng/: where we are and what is missing.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
# sshd and dnsmasq live in sbin, which a plain user's PATH lacks.
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Prints "package probe" for each thing of needs.txt that is not there.
missing() {
    local package probe
    while read -r package probe; do
        case $package in ''|'#'*) continue ;; esac
        case $probe in
            /*) [ -e "$probe" ] ;;
            *) command -v "$probe" >/dev/null ;;
        esac || echo "$package $probe"
    done < "$root/eng/needs.txt"
}

# True when the .NET SDK that global.json asks for is there.
have_sdk() {
    command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'
}

#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
printf 'hello %s from %s\n' "$(cat /www/version)" "${NODE:-$(hostname)}"

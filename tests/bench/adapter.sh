#!/bin/sh
# The benchmark harness' adapter for Tidegate. One controller a repository; a stage of the harness is a stage of ours, one
# `sh` each. The harness' remotes refuse pushes over HTTP unless told otherwise; the ledger needs them.
here=$(CDPATH='' cd -- "$(dirname "$0")" && pwd -P)
tidegate=$here/../../bin/tidegate
case $1 in
info)
	echo "version=$("$tidegate" --version)"
	echo min_interval=0.1
	echo trigger=signal:HUP
	# The cache of a large repository is put in order once, in the background, after it was first filled.
	echo ready_wait=12
	;;
seed)
	cd "$2" || exit 1
	mkdir -p pipelines
	# The harness sets no other bound than the number of cores, as the floor does.
	printf 'version: 1\ntimezone: UTC\npoll: %s\nconcurrency: %s\n' "$(awk "BEGIN { printf \"%dms\", $B_INTERVAL * 1000 }")" "$B_JOBS" > tidegate.yaml
	cat > pipelines/deploy.yaml <<-'Y'
		stages:
		  - { name: prepare, steps: [{ run: "sh environments/${{ environment.name }}/prepare.sh" }] }
		  - { name: deploy, steps: [{ run: "sh environments/${{ environment.name }}/deploy.sh" }] }
		  - { name: verify, steps: [{ run: "sh environments/${{ environment.name }}/verify.sh" }] }
	Y
	i=1
	while [ $i -le "$B_NENV" ]; do
		e=$(printf 'env-%03d' $i)
		printf 'follow: { branch: main }\npipeline: deploy\npolicies: []\ntarget: { script: { apply: environments/%s/deploy.sh } }\n' "$e" > "environments/$e/environment.yaml"
		i=$((i + 1))
	done
	;;
setup)
	while IFS='	' read -r name url _; do
		git -C "$B_HOME/../remotes/$name.git" config http.receivepack true
	done < "$B_REPOS"
	;;
start)
	set --
	while IFS='	' read -r name url _; do set -- "$@" "$name" "$url"; done < "$B_REPOS"
	if [ $# -eq 2 ]; then exec "$tidegate" run --repo "$2" --state "$B_HOME/$1"; fi
	trap 'kill $pids 2>/dev/null; wait' TERM INT
	while [ $# -ge 2 ]; do
		"$tidegate" run --repo "$2" --state "$B_HOME/$1" & pids="$pids $!"
		shift 2
	done
	wait
	;;
esac
